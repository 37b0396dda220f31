// SPDX-License-Identifier: GPL-2.0-or-later
#include "counters.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/error-text.h"
#include "bpf/counters.skel.h"
#include "counters-hooks.h"
#include "event/gone-queues.h"
#include "hist-pool.h"
#include "probe/fdinfo.h"
#include "probe/netns-names.h"
#include "probe/owner-memory.h"
#include "probe/pid-namespace.h"
#include "probe/queue-slots.h"
#include "probe/scan.h"
#include "probe/session.h"
#include "probe/slot-read.h"
#include "probe/task-iterator.h"
#include "probe/vm-names.h"
#include "queue-counts.h"
#include "queue-drops.h"

static_assert(offsetof(struct counted_queue, name) == 0, "gone_queues wants the name first");

/**
 * struct known_slot - a slot as the last counters_read() found it
 * @id: see struct counted_queue
 * @last: the counts
 * @named: when the slot's names were written that @tap is of
 * @tap: the tap; kept until the names are written again, since its namespace's name may be gone before the queue is
 * @tid: the worker of @read to @worker
 * @read: when the worker was last read
 * @cpu_ns: its CPU time at @read
 * @sleeps: its sleeps at @read, see scan_thread_usage()
 * @worker: see counted_queue.worker_total
 * @vm: see struct queue_name
 * @gone: the queue was reported as gone
 */
struct known_slot {
	uint64_t id;
	struct queue_counts last;
	uint64_t named;
	const struct device_name *tap;
	uint32_t tid;
	uint64_t read, cpu_ns, sleeps;
	struct worker_use worker;
	char vm[VM_NAME_LEN];
	bool gone;
};

/**
 * struct counters - a session
 * @skel: the programs and what they count
 * @session: where they are attached
 * @slots: the queues
 * @hists: their histograms; all 0 unless wanted
 * @edges: with sampling, what read_edges of bpf/counters-edge.bpf.c has found
 * @vms: the names of VMs
 * @known: by number of slot
 * @ids: number of queues seen so far
 * @queues: the array that counters_read() returns
 * @room: size of @queues
 * @gone: the queues that counters_gone() returns
 * @taps: the taps of all queues so far
 * @namespaces: names of network namespaces
 * @sample: see struct counters_options
 * @began: when counting began; all times are nanoseconds of CLOCK_BOOTTIME
 * @read: when counters_read() was last called
 * @stopped: when counting ended; 0: it has not
 */
struct counters {
	struct counters_bpf *skel;
	struct session session;
	struct queue_slots slots;
	struct hist_pool hists;
	const struct queue_edge *edges;
	struct vm_names vms;
	struct known_slot known[QUEUE_SLOTS];
	uint64_t ids;
	struct counted_queue *queues;
	size_t room;
	struct gone_queues gone;
	struct device_names taps;
	struct netns_names namespaces;
	uint32_t sample;
	uint64_t began, read, stopped;
};

/* The switch guards no data of the programs, see bpf/counters.bpf.h. */
static void set_counting(struct counters *c, bool on)
{
	__atomic_store_n(&c->skel->bss->counting, on, __ATOMIC_RELAXED);
}

bool counters_any(const struct counters *c)
{
	return c->ids;
}

uint32_t counters_unseen(const struct counters *c)
{
	return c->session.unseen;
}

uint32_t counters_incomplete(const struct counters *c)
{
	return bpf_programs_incomplete(&c->session.programs);
}

int counters_stop(struct counters *c)
{
	set_counting(c, false);
	c->stopped = now_ns();
	return bpf_programs_wait(&c->session.programs);
}

static struct hist_maps hist_maps(const struct counters_bpf *skel)
{
	return (struct hist_maps){ skel->maps.hists, skel->maps.hist_pool, skel->maps.hist_returned };
}

static int map_counts(struct counters *c, bool want_hists)
{
	const struct hist_maps maps = hist_maps(c->skel);
	struct counters_bpf *skel = c->skel;
	void *edges = NULL;
	int err = queue_slots_map(&c->slots, skel->maps.slots, skel->maps.states, skel->maps.returned,
				  &skel->bss->slots_taken);

	if (!err && want_hists)
		err = hist_pool_map(&c->hists, &maps);
	if (!err && c->sample > 1)
		err = queue_slots_map_array(skel->maps.edges, &edges);
	c->edges = edges;
	return err;
}

static int begin(struct counters *c, bool want_hists, char *why, size_t len)
{
	int err = map_counts(c, want_hists);

	if (err) {
		snprintf(why, len, "mapping the counters: %s", error_text(err));
		return err;
	}
	set_counting(c, true);
	c->began = c->read = now_ns();
	/* If it fails, the first decision of each queue that was at work before has its reason by the act alone. */
	task_iterator_run(c->skel->progs.note_starts, 0);
	return 0;
}

static int open_programs(struct counters *c, const struct counters_options *o, char *why, size_t len)
{
	static const struct session_conf conf = { counters_hook_table, COUNTERS_HOOKS, .vhost = true, .verbose = true };
	uint32_t wanted = COUNT_DECISIONS | COUNT_RUNS | COUNT_DISCARDS | (o->hists ? COUNT_HISTS : 0);
	int err = session_begin(&c->session, &conf, why, len);

	if (err)
		return err;
	c->skel = counters_bpf__open_opts(session_open_opts(&c->session));
	err = session_opened(&c->session, c->skel ? c->skel->skeleton : NULL, wanted, why, len);
	if (!err && c->session.unseen & COUNT_DECISIONS) {
		snprintf(why, len, "this kernel has not all of the functions that decide; vhostctl features lists "
			 "them");
		err = -ENOENT;
	}
	return err;
}

static int load_programs(struct counters *c, const struct counters_options *o, char *why, size_t len)
{
	struct counters_bpf *skel = c->skel;
	const struct hist_maps maps = hist_maps(skel);
	struct misc_devices misc;
	int err;

	/* It is another number in each kernel; 0: there is no such device. */
	if (!misc_devices_read(&misc, "/proc"))
		skel->rodata->scsi_minor = misc_device_minor(&misc, "vhost-scsi");
	skel->rodata->queue_filter = o->filter;
	skel->rodata->jiffies_per_second = queue_slots_jiffies();
	skel->rodata->want_hists = o->hists;
	skel->rodata->sample = o->sample;
	if (o->hists)
		hist_pool_resize(&maps);
	if (o->sample > 1)
		bpf_map__set_max_entries(skel->maps.edges, QUEUE_SLOTS);
	bpf_program__set_autoload(skel->progs.read_edges, o->sample > 1);
	err = pid_namespace((uint32_t *)&skel->rodata->pidns, why, len);
	if (!err)
		err = session_load(&c->session, why, len);
	if (!err)
		err = session_attach(&c->session, why, len);
	if (err)
		return err;
	/* Otherwise only the cgroups tell names. */
	owner_memory_learn(skel->progs.learn_page_tables);
	c->vms.prog = skel->progs.read_vm;
	/* The count of runs tells which is counted: without it none would be. */
	if (c->session.unseen & COUNT_RUNS && o->sample > 1) {
		snprintf(why, len, "this kernel does not let the worker's runs be seen, which --sample counts");
		return -ENOENT;
	}
	return c->session.unseen & COUNT_DECISIONS ? -ENOENT : 0;
}

static void add_use(struct worker_use *sum, const struct worker_use *u)
{
	sum->ns += u->ns;
	sum->cpu_ns += u->cpu_ns;
	sum->wakeups += u->wakeups;
}

static void add_gone(void *sum, const void *element)
{
	const struct counted_queue *q = element;
	struct counted_queue *g = sum;

	g->runs |= q->runs;
	g->discards |= q->discards;
	queue_counts_add(&g->total, &q->total);
	add_use(&g->worker_total, &q->worker_total);
}

int counters_open(struct counters **counters, const struct counters_options *o, char *why, size_t len)
{
	struct counters *c;
	uint64_t netns;
	int err;

	*counters = NULL;
	c = calloc(1, sizeof(*c));
	if (!c) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	c->sample = o->sample;
	c->gone.size = sizeof(struct counted_queue);
	c->gone.add = add_gone;
	if (!scan_netns("/proc", 0, &netns))
		c->taps.own_netns = (uint32_t)netns;
	err = open_programs(c, o, why, len);
	if (!err)
		err = load_programs(c, o, why, len);
	if (!err)
		err = begin(c, o->hists, why, len);
	if (err)
		counters_close(c);
	else
		*counters = c;
	return err;
}

/* The worker may be a new one, even with the same tid; then its past is not known. */
static void read_worker(struct known_slot *k, struct counted_queue *q, const struct queue_slot *slot)
{
	uint64_t cpu_ns, sleeps, now = now_ns();

	q->worker_total = k->worker;
	if (k->tid != slot->tid) {
		k->tid = slot->tid;
		k->read = slot->worker_seen;
		k->cpu_ns = slot->worker_ns;
		k->sleeps = slot->worker_sleeps;
	}
	if (!k->tid || k->tid == TID_HIDDEN || scan_thread_usage("/proc", (pid_t)k->tid, &cpu_ns, &sleeps))
		return;
	q->on_cpu = scan_thread_cpu("/proc", (pid_t)k->tid);
	if (cpu_ns >= k->cpu_ns && sleeps >= k->sleeps) {
		q->worker = (struct worker_use){ now - k->read, cpu_ns - k->cpu_ns, sleeps - k->sleeps };
		add_use(&k->worker, &q->worker);
		q->worker_total = k->worker;
	}
	k->read = now;
	k->cpu_ns = cpu_ns;
	k->sleeps = sleeps;
}

static void name_queue(struct counters *c, struct known_slot *k, const struct queue_slot *slot, struct queue_name *name)
{
	queue_name(slot, name);
	if (k->named != slot->named)
		k->tap = device_names_add(&c->taps, name->device, name->netns,
					  netns_name(&c->namespaces, name->netns));
	k->named = slot->named;
	name->tap = k->tap;
}

static int keep_gone(struct counters *c, const struct counted_queue *q)
{
	struct counted_queue *g = gone_queue(&c->gone, &q->name);

	if (!g)
		return -ENOMEM;
	g->id = g->id ? g->id : q->id;
	g->gone = true;
	add_gone(g, q);
	return 0;
}

const struct counted_queue *counters_gone(const struct counters *c, int *count)
{
	*count = (int)c->gone.count;
	return c->gone.elements;
}

/* What is not accounted for yet. */
static void add_edge(struct queue_counts *q, const struct queue_edge *edge)
{
	q->buffers = edge->buffers;
	q->kicks = edge->kicks;
	q->runs = edge->runs;
	q->found = edge->found;
}

/* Read the state first: if the queue is gone, the counts read after it are final. */
static void read_queue(struct counters *c, uint32_t number, struct counted_queue *q)
{
	const struct queue_state *st = queue_slots_value(&c->slots, number);
	struct known_slot *k = &c->known[number];
	struct queue_slot slot;

	slot_copy(&c->slots.slots[number], &slot);
	if (!k->id) {
		k->id = ++c->ids;
		vm_names_find(&c->vms, &(struct vm_owner){ .pid = slot.owner, .mm = slot.mm }, k->vm);
	}
	*q = (struct counted_queue){
		.id = k->id,
		.hists = c->hists.hists ? &c->hists.hists[number] : NULL,
		.hist_pool = c->hists.blocks,
		.on_cpu = -1,
		.gone = slot.state == SLOT_RETIRED,
	};
	words_copy(&q->total, &st->counts, sizeof(q->total));
	/* The two do not change together. Without sampling they are the same, and no row says that none was counted. */
	if (c->sample <= 1)
		q->total.counted_runs = q->total.runs;
	if (c->edges && !q->gone)
		add_edge(&q->total, &c->edges[number]);
	name_queue(c, k, &slot, &q->name);
	strcpy(q->name.vm, k->vm);
	q->runs = !(c->session.unseen & COUNT_RUNS) && counters_hooks_see_runs(&c->session.programs, slot.backend);
	q->discards = !(c->session.unseen & COUNT_DISCARDS) && queue_receives_packets(slot.backend, slot.number);
	q->since = queue_counts_subtract(&q->total, &k->last);
	k->last = q->total;
	k->gone = q->gone;
	if (c->sample > 1) {
		queue_counts_estimate(&q->total);
		queue_counts_estimate(&q->since);
	}
	read_worker(k, q, &slot);
}

static int by_name(const void *a, const void *b)
{
	const struct counted_queue *x = a, *y = b;
	int order = strcmp(x->name.device, y->name.device);

	if (!order)
		order = (x->name.netns > y->name.netns) - (x->name.netns < y->name.netns);
	if (!order)
		order = (x->name.owner > y->name.owner) - (x->name.owner < y->name.owner);
	/* Keep the queues of a pair together; mostly they have the same worker. */
	if (!order)
		order = x->name.pair - y->name.pair;
	if (!order)
		order = (x->name.number > y->name.number) - (x->name.number < y->name.number);
	return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* Read the events that programs missed because they were running on that CPU already. */
static int read_misses(const struct counters *c, struct counted *counted)
{
	static const int decisions[] = { COUNTERS_HOOK_ONE, COUNTERS_HOOK_MANY, COUNTERS_HOOK_SIGNAL };
	struct misses m;
	int err = bpf_programs_misses(&c->session.programs, &m);

	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(decisions); i++)
		counted->lost += m.of[decisions[i]][AT_RETURN];
	counted->signals_missed = m.of[COUNTERS_HOOK_EVENTFD][AT_ENTRY];
	return 0;
}

/*
 * A queue that is no longer wanted, because its device was renamed, may have counts from before. One without a backend
 * may have got its kick eventfd, and nothing else yet.
 */
static bool is_ours(const struct counters *c, uint32_t slot)
{
	const struct queue_counts *n = &((const struct queue_state *)queue_slots_value(&c->slots, slot))->counts;
	const struct queue_slot *s = &c->slots.slots[slot];

	return c->known[slot].id || (s->wanted && (s->private_data || n->runs || n->kicks));
}

/* Give back the slots of queues that were reported as gone, or that the filter does not want. */
static int give_back(struct counters *c)
{
	for (uint32_t i = 0; i < queue_slots_count(&c->slots); i++) {
		int err = 0;

		if (slot_state(&c->slots.slots[i]) != SLOT_RETIRED || (is_ours(c, i) && !c->known[i].gone))
			continue;
		c->known[i] = (struct known_slot){ 0 };
		if (c->hists.hists)
			err = hist_pool_give_back(&c->hists, i);
		if (!err)
			err = queue_slots_give_back(&c->slots, i);
		if (err)
			return err;
	}
	return 0;
}

static int read_queues(struct counters *c, struct counted *counted)
{
	uint32_t slots = queue_slots_count(&c->slots);
	struct counted_queue *queues = array_grow(c->queues, &c->room, slots, sizeof(*queues));
	int err;

	if (!queues)
		return -ENOMEM;
	c->queues = queues;
	for (uint32_t i = 0; i < slots; i++) {
		struct counted_queue *q = &c->queues[counted->count];
		/* Free, or reported as gone already, and giving it back failed. */
		bool over = slot_state(&c->slots.slots[i]) == SLOT_FREE || c->known[i].gone;

		if (over || !is_ours(c, i))
			continue;
		read_queue(c, i, q);
		counted->count++;
		if (q->gone && (err = keep_gone(c, q)))
			return err;
	}
	if (counted->count)
		qsort(c->queues, (size_t)counted->count, sizeof(*c->queues), by_name);
	queue_drops_choose(c->queues, counted->count);
	counted->queues = c->queues;
	return 0;
}

static int read_edges(const struct counters *c)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(bpf_program__fd(c->skel->progs.read_edges), &opts);
}

int counters_read(struct counters *c, struct counted *counted)
{
	uint64_t now = c->stopped ? c->stopped : now_ns();
	int err = give_back(c);

	*counted = (struct counted){
		.ns = now - c->read,
		.total_ns = now - c->began,
		.lost = c->skel->bss->lost_decisions,
		.values_lost = c->skel->bss->lost_values,
	};
	c->read = now;
	if (!err)
		err = task_iterator_run(c->skel->progs.read_links, gettid());
	if (!err && c->edges)
		err = read_edges(c);
	if (!err)
		err = read_misses(c, counted);
	return err ? err : read_queues(c, counted);
}

void counters_close(struct counters *c)
{
	if (!c)
		return;
	session_end(&c->session);
	queue_slots_unmap(&c->slots);
	hist_pool_unmap(&c->hists);
	queue_slots_unmap_array((void *)c->edges, sizeof(struct queue_edge));
	counters_bpf__destroy(c->skel);
	free(c->queues);
	gone_queues_free(&c->gone);
	device_names_free(&c->taps);
	netns_names_free(&c->namespaces);
	free(c);
}
