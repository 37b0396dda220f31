// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of advise, each at its thresholds: a scene in which all is well but for one figure. The scene is a virtual
 * machine with two queue pairs on one tap, each with a worker, and two virtual CPUs, over ten seconds.
 */
#include "advise/rules.h"

#include <string.h>

#include "base/array.h"
#include "tap-out.h"

#define OWNER 100
#define SECONDS 10
#define EVENT_IDX (UINT64_C(1) << 29)
#define MRG_RXBUF (UINT64_C(1) << 15)
#define ACCESS_PLATFORM (UINT64_C(1) << 33)

enum { RX, TX };

/* Everything that is watched; all arrays are in it. */
struct scene {
	struct watched w;
	struct watched_device devices[2];
	struct watched_queue queues[2][2];
	struct watched_thread workers[2], vcpus[2];
};

static void set_queue(struct watched_queue *q, int pair, int number)
{
	*q = (struct watched_queue){
		.number = (uint32_t)number, .keeps = number == RX, .runs_known = true, .buffers = SECONDS * 50000,
		.calls = SECONDS * 2000, .suppressed = SECONDS * 3000, .kicks = number == RX ? 0 : SECONDS * 2000,
		.runs = SECONDS * 5000, .found = SECONDS * 50000, .in_flight = 10, .kicks_by = PATH_KVM,
		.calls_by = PATH_KVM, .worker = pair, .ring_fill = number == RX ? 3 : -1,
		.ring_size = number == RX ? 1000 : 0,
	};
	snprintf(q->name, sizeof(q->name), "%s%d", number == RX ? "rx" : "tx", pair);
}

static void set_scene(struct scene *s)
{
	*s = (struct scene){
		.w = { .seconds = SECONDS, .devices = s->devices, .device_count = 2, .workers = s->workers,
		       .worker_count = 2, .vcpus = s->vcpus, .vcpu_count = 2, .cpus = 4, .idle_cpus = 1.5 },
	};
	for (int i = 0; i < 2; i++) {
		s->devices[i] = (struct watched_device){
			.name = "vm0", .owner = OWNER, .kind = INSPECT_NET, .features = EVENT_IDX | MRG_RXBUF,
			.mtu = 1500, .offloads = LINK_CSUM | LINK_TSO4 | LINK_TSO6, .parts = 10, .frame_bytes = 1400,
			.queues = s->queues[i], .queue_count = 2,
		};
		for (int k = 0; k < 2; k++)
			set_queue(&s->queues[i][k], i, k);
		s->workers[i] = (struct watched_thread){ .tid = (uint32_t)(OWNER + 10 + i), .pid = OWNER, .cpu = 0.6,
							 .wait = 0.02, .cpus = 4, .looks = 10, .placed = 10,
							 .cgroup = "/a.slice" };
		s->vcpus[i] = (struct watched_thread){ .tid = (uint32_t)(OWNER + 1 + i), .pid = OWNER, .cpu = 0.7,
						       .wait = 0.02, .cpus = 4 };
	}
}

/* One that the figures are set in. */
#define Q(s, number) (&(s)->queues[0][number])

static void kicks_without_event_idx(struct scene *s, double x)
{
	for (int i = 0; i < 2; i++) {
		s->devices[i].features &= ~EVENT_IDX;
		for (int k = 0; k < 2; k++)
			s->queues[i][k].kicks = s->queues[i][k].calls = 0;
	}
	Q(s, TX)->kicks = (uint64_t)(x * SECONDS / 2);
	Q(s, RX)->calls = (uint64_t)(x * SECONDS / 2);
}

static void together_without_event_idx(struct scene *s, double x)
{
	s->devices[0].features = s->devices[1].features = 0;
	for (int i = 0; i < 4; i++) {
		struct watched_queue *q = &s->queues[i / 2][i % 2];

		q->in_flight = x;
		q->found = q->runs;
	}
}

static void kick_each(struct scene *s, double each)
{
	Q(s, TX)->kicks = (uint64_t)((double)Q(s, TX)->found * each);
}

static void kick_each_rate(struct scene *s, double rate)
{
	Q(s, TX)->kicks = Q(s, TX)->found = (uint64_t)(rate * SECONDS);
}

static void kick_each_together(struct scene *s, double in_flight)
{
	Q(s, TX)->kicks = Q(s, TX)->runs = Q(s, TX)->found;
	Q(s, TX)->in_flight = in_flight;
}

static void kick_each_found(struct scene *s, double found)
{
	Q(s, TX)->in_flight = -1;
	Q(s, TX)->kicks = Q(s, TX)->found;
	Q(s, TX)->runs = (uint64_t)((double)Q(s, TX)->found / found);
}

static void call_each(struct scene *s, double each)
{
	Q(s, RX)->calls = (uint64_t)((double)Q(s, RX)->buffers * each);
}

static void call_each_rate(struct scene *s, double rate)
{
	Q(s, RX)->calls = Q(s, RX)->buffers = (uint64_t)(rate * SECONDS);
}

static void call_each_together(struct scene *s, double in_flight)
{
	Q(s, TX)->calls = Q(s, TX)->buffers;
	Q(s, TX)->runs = Q(s, TX)->found;
	Q(s, TX)->in_flight = in_flight;
}

static void call_each_found(struct scene *s, double found)
{
	Q(s, RX)->in_flight = -1;
	Q(s, RX)->calls = Q(s, RX)->buffers;
	Q(s, RX)->runs = (uint64_t)((double)Q(s, RX)->found / found);
}

static void spurious(struct scene *s, double part)
{
	Q(s, TX)->spurious = (uint64_t)((double)Q(s, TX)->kicks * part);
}

static void spurious_rate(struct scene *s, double rate)
{
	Q(s, TX)->kicks = (uint64_t)(rate * SECONDS);
	Q(s, TX)->spurious = Q(s, TX)->kicks / 2;
}

static void spurious_interrupts(struct scene *s, double part)
{
	Q(s, TX)->interrupts = SECONDS * 2000;
	Q(s, TX)->spurious_interrupts = (uint64_t)(part * SECONDS * 2000);
}

static void spurious_interrupts_rate(struct scene *s, double rate)
{
	Q(s, TX)->interrupts = (uint64_t)(rate * SECONDS * 2);
	Q(s, TX)->spurious_interrupts = (uint64_t)(rate * SECONDS);
}

static void starved(struct scene *s, double rate)
{
	Q(s, RX)->buffers = 1000 * SECONDS;
	Q(s, RX)->calls = 0;
	Q(s, RX)->kicks = (uint64_t)(rate * SECONDS);
}

static void starved_share(struct scene *s, double part)
{
	Q(s, RX)->kicks = (uint64_t)((double)Q(s, RX)->buffers * part);
}

static void starved_spurious(struct scene *s, double rate)
{
	starved(s, 100);
	Q(s, RX)->spurious = Q(s, RX)->kicks - (uint64_t)(rate * SECONDS);
}

static void misses(struct scene *s, double each)
{
	s->devices[0].features |= ACCESS_PLATFORM;
	Q(s, TX)->misses = (uint64_t)((double)Q(s, TX)->buffers * each);
}

static void misses_rate(struct scene *s, double rate)
{
	s->devices[0].features |= ACCESS_PLATFORM;
	Q(s, TX)->misses = Q(s, TX)->buffers = (uint64_t)(rate * SECONDS);
	Q(s, TX)->calls = 0;
}

static void kicks_by_write(struct scene *s, double rate)
{
	Q(s, TX)->kicks_by = PATH_PROCESS;
	Q(s, TX)->kicks = (uint64_t)(rate * SECONDS);
}

static void calls_by_vmm(struct scene *s, double rate)
{
	Q(s, RX)->calls_by = PATH_PROCESS;
	Q(s, RX)->calls = (uint64_t)(rate * SECONDS);
}

static void worker_waits(struct scene *s, double wait)
{
	s->workers[1].wait = wait;
}

static void vcpu_waits(struct scene *s, double wait)
{
	s->vcpus[1].wait = wait;
}

static void foreign_vcpu_waits(struct scene *s, double wait)
{
	vcpu_waits(s, wait);
	s->vcpus[1].pid = OWNER + 1;
}

static void shares_cpu(struct scene *s, double looks)
{
	s->workers[0].shared = (uint32_t)looks;
}

static void shares_cpu_few(struct scene *s, double looks)
{
	s->workers[0].shared = s->workers[0].looks = (uint32_t)looks;
}

static void shares_cpu_idle(struct scene *s, double cpu)
{
	s->workers[0].shared = 10;
	s->workers[0].cpu = cpu;
}

static void shares_only_cpu(struct scene *s, double cpus)
{
	s->workers[0].shared = 10;
	s->w.cpus = (uint32_t)cpus;
}

static void one_queue(struct scene *s, double part)
{
	const double all = 100000 * SECONDS;

	for (int k = 0; k < 2; k++) {
		s->queues[1][k].buffers = (uint64_t)(all * part);
		s->queues[0][k].buffers = (uint64_t)(all * (1 - part));
	}
	s->queues[0][TX].calls = s->queues[0][RX].calls = 0;
}

static void one_queue_cpu(struct scene *s, double cpu)
{
	one_queue(s, 1);
	s->workers[1].cpu = cpu;
	s->workers[1].wait = 0;
}

static void one_queue_wait(struct scene *s, double wait)
{
	one_queue_cpu(s, 0.4);
	s->workers[1].wait = wait;
}

static void one_queue_pairs(struct scene *s, double pairs)
{
	one_queue(s, 0);
	s->w.device_count = (size_t)pairs;
}

static void worker_full(struct scene *s, double cpu)
{
	s->workers[0].cpu = cpu;
}

static void worker_full_idle(struct scene *s, double cpus)
{
	worker_full(s, 1);
	s->w.idle_cpus = cpus;
}

static void worker_full_buffers(struct scene *s, double rate)
{
	worker_full(s, 1);
	for (int i = 0; i < 2; i++)
		s->queues[0][i] = (struct watched_queue){ .worker = 0 };
	Q(s, TX)->buffers = (uint64_t)(rate * SECONDS);
	Q(s, RX)->keeps = true;
	/* The rest of the load is not on one queue. */
	s->workers[1].cpu = 0.1;
}

static void polls(struct scene *s, double per_kick)
{
	Q(s, TX)->busyloop = 50;
	Q(s, TX)->runs = Q(s, TX)->kicks = 500 * SECONDS;
	Q(s, TX)->found = (uint64_t)(500 * SECONDS * per_kick);
}

static void polls_rate(struct scene *s, double rate)
{
	Q(s, TX)->busyloop = 50;
	Q(s, TX)->found = Q(s, TX)->runs = Q(s, TX)->kicks = (uint64_t)(rate * SECONDS);
}

static void polls_cpu(struct scene *s, double cpu)
{
	polls(s, 1);
	s->workers[0].cpu = cpu;
}

static void traced(struct scene *s, double count)
{
	s->w.tracers = (uint32_t)count;
	strcpy(s->w.tracer, "handle_tx()");
}

static void traced_rate(struct scene *s, double rate)
{
	for (int i = 0; i < 4; i++)
		s->queues[i / 2][i % 2] = (struct watched_queue){ .worker = -1 };
	Q(s, TX)->buffers = (uint64_t)(rate * SECONDS);
	traced(s, 1);
}

static void discards(struct scene *s, double count)
{
	Q(s, RX)->discards[DISCARD_TOO_SHORT] = (uint64_t)count;
}

static void discards_sum(struct scene *s, double count)
{
	Q(s, RX)->discards[DISCARD_HEADER] = 6;
	Q(s, RX)->discards[DISCARD_FAILED] = (uint64_t)count - 6;
}

static void drops(struct scene *s, double count)
{
	for (int i = 0; i < 2; i++) {
		s->queues[i][RX].buffers = 1000 * SECONDS;
		s->queues[i][RX].calls = 0;
		s->devices[i].drops = (uint64_t)count;
		s->devices[i].drop_parts = 6;
	}
}

static void drops_share(struct scene *s, double part)
{
	drops(s, 0);
	for (int i = 0; i < 2; i++) {
		s->queues[i][RX].buffers = 50000 * SECONDS;
		s->devices[i].drops = (uint64_t)(2 * 50000 * SECONDS * part + 0.5);
	}
}

static void drops_starved(struct scene *s, double count)
{
	drops(s, count);
	/* Too few for no_buffers. */
	s->queues[1][RX].kicks = s->queues[0][RX].kicks = 9 * SECONDS;
	s->queues[1][RX].buffers = s->queues[0][RX].buffers = 2000 * SECONDS;
}

static void drops_at_bursts(struct scene *s, double parts)
{
	drops(s, 100);
	s->devices[0].drop_parts = s->devices[1].drop_parts = (uint32_t)parts;
}

static void throttled(struct scene *s, double part)
{
	s->workers[0].throttled = part;
	s->workers[0].throttles = 7;
}

static void throttles(struct scene *s, double count)
{
	throttled(s, 0.5);
	s->workers[0].throttles = (uint32_t)count;
}

static void remote(struct scene *s, double looks)
{
	s->workers[0].node = 1;
	s->workers[0].remote = (uint32_t)looks;
}

static void remote_few(struct scene *s, double looks)
{
	remote(s, looks);
	s->workers[0].placed = (uint32_t)looks;
}

static void remote_idle(struct scene *s, double cpu)
{
	remote(s, 10);
	s->workers[0].cpu = cpu;
}

static void mtu(struct scene *s, double bytes)
{
	for (int i = 0; i < 2; i++) {
		s->devices[i].features &= ~MRG_RXBUF;
		s->devices[i].mtu = (uint32_t)bytes;
	}
}

static void mtu_rate(struct scene *s, double rate)
{
	mtu(s, 9000);
	s->queues[0][RX].calls = s->queues[1][RX].calls = 0;
	s->queues[0][RX].buffers = (uint64_t)(rate * SECONDS);
	s->queues[1][RX].buffers = 0;
	/* Or else one queue carries the load. */
	s->workers[0].cpu = 0.1;
}

static void offloads(struct scene *s, double bits)
{
	s->devices[0].offloads = s->devices[1].offloads = (int)bits;
}

static void offloads_bytes(struct scene *s, double bytes)
{
	offloads(s, 0);
	s->devices[0].frame_bytes = s->devices[1].frame_bytes = bytes;
}

static void offloads_rate(struct scene *s, double rate)
{
	offloads(s, 0);
	s->queues[0][RX].calls = s->queues[1][RX].calls = 0;
	s->queues[0][RX].buffers = s->queues[1][RX].buffers = (uint64_t)(rate / 2 * SECONDS);
}

/* Each figure where the rule speaks, and next to it where it does not. */
static const struct threshold {
	const char *rule, *what;
	void (*set)(struct scene *s, double x);
	double speaks, silent;	/* < 0: the other side is that of another rule */
} thresholds[] = {
	{ "no_event_idx", "notifications a second", kicks_without_event_idx, 1000, 998 },
	{ "no_event_idx", "buffers under way", together_without_event_idx, 2, 1.9 },
	{ "kick_each", "kicks a buffer", kick_each, 0.5, 0.49 },
	{ "kick_each", "kicks a second", kick_each_rate, 1000, 999 },
	{ "kick_each", "buffers under way", kick_each_together, 2, 1.9 },
	{ "kick_each", "buffers a run", kick_each_found, 2, 1.9 },
	{ "call_each", "calls a buffer", call_each, 0.5, 0.49 },
	{ "call_each", "calls a second", call_each_rate, 10000, 9999 },
	{ "call_each", "buffers under way", call_each_together, 1.1, 1 },
	{ "call_each", "buffers a run", call_each_found, 1.1, 1.05 },
	{ "spurious_kicks", "share of kicks", spurious, 0.11, 0.1 },
	{ "spurious_kicks", "kicks a second", spurious_rate, 1000, 999 },
	{ "spurious_interrupts", "share of interrupts", spurious_interrupts, 0.11, 0.1 },
	{ "spurious_interrupts", "of them a second", spurious_interrupts_rate, 100, 99 },
	{ "no_buffers", "times a second", starved, 10, 9.9 },
	{ "no_buffers", "share of buffers", starved_share, 0.01, 0.0099 },
	{ "no_buffers", "kicks with buffers", starved_spurious, 10, 9 },
	{ "iotlb_misses", "misses a buffer", misses, 0.1, 0.09 },
	{ "iotlb_misses", "misses a second", misses_rate, 100, 99 },
	{ "kicks_by_write", "kicks a second", kicks_by_write, 200, 199 },
	{ "calls_by_vmm", "calls a second", calls_by_vmm, 200, 199 },
	{ "worker_waits", "share of the time", worker_waits, 0.2, 0.19 },
	{ "vcpu_waits", "share of the time", vcpu_waits, 0.2, 0.19 },
	{ "shares_cpu", "looks", shares_cpu, 9, 8 },
	{ "shares_cpu", "looks in all", shares_cpu_few, 5, 4 },
	{ "shares_cpu", "the worker's use", shares_cpu_idle, 0.05, 0.04 },
	{ "shares_cpu", "CPUs of the host", shares_only_cpu, 2, 1 },
	{ "one_queue", "share of buffers", one_queue, 0.9, 0.89 },
	{ "one_queue", "the worker's use", one_queue_cpu, 0.5, 0.49 },
	{ "one_queue", "the worker's use and wait", one_queue_wait, 0.1, 0.09 },
	{ "one_queue", "pairs", one_queue_pairs, 2, 1 },
	{ "worker_full", "the worker's use", worker_full, 0.85, 0.84 },
	{ "worker_full", "idle CPUs", worker_full_idle, 0.5, 0.49 },
	{ "worker_full", "buffers a second", worker_full_buffers, 1000, 999 },
	{ "polls_for_nothing", "buffers a kick", polls, 1.9, 2 },
	{ "polls_for_nothing", "kicks a second", polls_rate, 100, 99 },
	{ "polls_for_nothing", "the worker's use", polls_cpu, 0.05, 0.04 },
	{ "discards", "too short", discards, 10, 9 },
	{ "discards", "of several reasons", discards_sum, 10, 9 },
	{ "drops", "packets", drops, 10, 9 },
	{ "drops", "share of packets", drops_share, 0.00011, 0.00009 },
	{ "drops", "with buffers missing", drops_starved, 100, 3 },
	{ "drops_at_bursts", "parts of the time", drops_at_bursts, 5, -1 },
	{ "drops", "parts of the time", drops_at_bursts, 6, -1 },
	{ "throttled", "share of the time", throttled, 0.02, 0.019 },
	{ "throttled", "times", throttles, 1, 0 },
	{ "numa_node", "looks", remote, 9, 8 },
	{ "numa_node", "looks in all", remote_few, 5, 4 },
	{ "numa_node", "the worker's use", remote_idle, 0.05, 0.04 },
	{ "no_mrg_rxbuf", "MTU", mtu, 1501, 1500 },
	{ "no_mrg_rxbuf", "buffers a second", mtu_rate, 100, 99 },
	{ "no_offloads", "offloads", offloads, 0, LINK_CSUM },
	{ "no_offloads", "not known", offloads, 0, -1 },
	{ "no_offloads", "length of frames", offloads_bytes, 1000, 999 },
	{ "no_offloads", "buffers a second", offloads_rate, 5000, 4998 },
	{ "traced", "tracers", traced, 1, 0 },
	{ "traced", "buffers a second", traced_rate, 1000, 999 },
};

/* The rules that speak, in their order: "a b ". */
static void names_of(const struct advices *a, char *text, size_t len)
{
	size_t used = 0;

	*text = 0;
	for (size_t i = 0; i < a->count && used < len; i++)
		used += (size_t)snprintf(text + used, len - used, "%s ", a->all[i].rule->name);
}

/* Is each text complete, and is there a figure? */
static bool is_whole(const struct advice *a)
{
	return *a->evidence && strlen(a->evidence) < sizeof(a->evidence) - 1 && *a->remedy &&
	       strlen(a->remedy) < sizeof(a->remedy) - 1 && *a->afterwards &&
	       strlen(a->afterwards) < sizeof(a->afterwards) - 1 && a->figure_count && a->weight > 0;
}

static void test_at(const struct threshold *t, double x, bool speaks)
{
	char got[256], want[64] = "";
	struct advices a;
	struct scene s;
	bool whole = true;

	set_scene(&s);
	t->set(&s, x);
	rules_apply(&s.w, &a);
	if (speaks)
		snprintf(want, sizeof(want), "%s ", t->rule);
	names_of(&a, got, sizeof(got));
	for (size_t i = 0; i < a.count; i++)
		whole &= is_whole(&a.all[i]);
	if (!ok(!strcmp(got, want) && whole, "%s: %s: %g", t->rule, t->what, x))
		diag("got: %s", got);
	advices_free(&a);
}

static void test_thresholds(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(thresholds); i++) {
		test_at(&thresholds[i], thresholds[i].speaks, true);
		if (thresholds[i].silent >= 0 || thresholds[i].set == offloads)
			test_at(&thresholds[i], thresholds[i].silent, false);
	}
}

static void is_silent(struct scene *s, const char *what)
{
	struct advices a;
	char got[256];

	rules_apply(&s->w, &a);
	names_of(&a, got, sizeof(got));
	if (!ok(!a.count, "silent: %s", what))
		diag("got: %s", got);
	advices_free(&a);
}

static void test_silent(void)
{
	struct scene s;

	set_scene(&s);
	is_silent(&s, "all is well");
	s.w.seconds = 0;
	is_silent(&s, "no time");
	set_scene(&s);
	for (int i = 0; i < 4; i++)
		s.queues[i / 2][i % 2] = (struct watched_queue){ .in_flight = -1, .worker = -1 };
	s.devices[0].features = s.devices[1].features = 0;
	traced(&s, 3);
	is_silent(&s, "nothing to do");
	set_scene(&s);
	foreign_vcpu_waits(&s, 0.9);
	is_silent(&s, "the virtual CPU of another owner waits");
	set_scene(&s);
	s.workers[0].wait = s.workers[1].wait = s.vcpus[0].wait = s.vcpus[1].wait = -1;
	is_silent(&s, "the kernel does not count waiting");
	/* One in flight: a kick and a call for each packet, and nothing to share. */
	set_scene(&s);
	for (int i = 0; i < 4; i++) {
		struct watched_queue *q = &s.queues[i / 2][i % 2];

		q->calls = q->found = q->buffers;
		/* On a CPU of its own, a run finds one after the other. */
		q->runs = q->found / 4;
		q->kicks = q->keeps ? 0 : q->buffers;
		q->in_flight = 1;
	}
	is_silent(&s, "one packet in flight");
	s.devices[0].features = s.devices[1].features = 0;
	is_silent(&s, "the same without EVENT_IDX");
	set_scene(&s);
	worker_full(&s, 1);
	Q(&s, TX)->busyloop = 50;
	is_silent(&s, "a worker that polls takes a whole CPU");
	set_scene(&s);
	kick_each(&s, 1);
	spurious(&s, 1);
	Q(&s, TX)->runs_known = false;
	is_silent(&s, "kicks are not known");
}

static void test_order(void)
{
	struct advices a;
	struct scene s;
	char got[256];

	set_scene(&s);
	traced(&s, 1);
	kick_each(&s, 1);
	s.queues[1][TX].kicks = s.queues[1][TX].found / 2;
	starved(&s, 100);
	worker_waits(&s, 0.5);
	rules_apply(&s.w, &a);
	names_of(&a, got, sizeof(got));
	if (!ok(!strcmp(got, "no_buffers worker_waits kick_each kick_each traced "), "the worst first"))
		diag("got: %s", got);
	ok(a.count == 5 && a.all[0].queue == Q(&s, RX) && a.all[2].queue == Q(&s, TX) &&
	   a.all[3].queue == &s.queues[1][TX], "of one rule, the heaviest first");
	ok(a.count == 5 && a.all[1].device == &s.devices[1] && !a.all[1].queue && !a.all[4].device,
	   "a worker is told of by its device, the host by none");
	advices_free(&a);
	set_scene(&s);
	one_queue(&s, 1);
	rules_apply(&s.w, &a);
	ok(a.count == 1 && a.all[0].device == &s.devices[1] && a.all[0].queue->worker == 1,
	   "one_queue names the queue that carries the load");
	advices_free(&a);
	set_scene(&s);
	kicks_without_event_idx(&s, 5000);
	vcpu_waits(&s, 0.5);
	rules_apply(&s.w, &a);
	names_of(&a, got, sizeof(got));
	ok(!strcmp(got, "vcpu_waits no_event_idx "), "a tap, and an owner, once for all its devices");
	advices_free(&a);
	set_scene(&s);
	drops(&s, 1000);
	s.queues[0][RX].hungry = 4;
	s.queues[1][RX].hungry = s.devices[1].parts + 1;
	rules_apply(&s.w, &a);
	ok(a.count == 1 && strstr(a.all[0].remedy, "none at 11 of 11 looks"), "drops: no more looks than there were");
	advices_free(&a);
}

int main(void)
{
	test_silent();
	test_thresholds();
	test_order();
	return tap_done();
}
