// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules-find.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void advise_evidence(struct advice *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->evidence, sizeof(a->evidence), fmt, ap);
	va_end(ap);
}

void advise_remedy(struct advice *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->remedy, sizeof(a->remedy), fmt, ap);
	va_end(ap);
}

void advise_afterwards(struct advice *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->afterwards, sizeof(a->afterwards), fmt, ap);
	va_end(ap);
}

double advise_figure(struct advice *a, const char *key, double value)
{
	if (a->figure_count < ADVICE_FIGURES)
		a->figures[a->figure_count++] = (struct figure){ key, value };
	return value;
}

/*
 * How many buffers of a queue are under way at the same time? With one, each needs its own notifications. What a run of
 * the worker finds may have come one after the other: it counts only if several were under way at one look at least, or
 * if that is not known.
 */
static double how_many(const struct watched_queue *q)
{
	const double found = q->runs_known ? share(q->found, q->runs) : 0;

	return found > q->in_flight && (q->in_flight < 0 || q->in_flight_most >= 2) ? found : q->in_flight;
}

static bool together(const struct watched_queue *q)
{
	return how_many(q) >= TOGETHER_MIN;
}

/* Where each buffer needs its own notifications, EVENT_IDX would save none. */
bool find_no_event_idx(const struct rule_subject *s, struct advice *a)
{
	uint64_t kicks = 0, calls = 0, buffers = 0;
	const struct watched *w = s->w;

	if (has_feature(s->d, FEATURE_EVENT_IDX))
		return false;
	for (size_t i = 0; i < w->device_count; i++)
		for (size_t k = 0; w->devices[i].tap == s->d->tap && k < w->devices[i].queue_count; k++) {
			const struct watched_queue *q = &w->devices[i].queues[k];

			if (!together(q))
				continue;
			kicks += q->kicks;
			calls += q->calls;
			buffers += q->buffers;
		}
	if (a_second(w, kicks + calls) < NOTIFICATIONS_MIN)
		return false;
	a->weight = a_second(w, kicks + calls);
	advise_evidence(a, "VIRTIO_RING_F_EVENT_IDX was not negotiated, so neither side can say when it wants to be "
			"notified, but only whether: %.0f kicks and %.0f calls a second for %.0f buffers",
			advise_figure(a, "kicks_per_second", a_second(w, kicks)),
			advise_figure(a, "calls_per_second", a_second(w, calls)),
			advise_figure(a, "buffers_per_second", a_second(w, buffers)));
	advise_remedy(a, "let the device offer it, with QEMU `event_idx=on` of -device virtio-net-pci, with libvirt "
		      "`<driver event_idx='on'/>`, and start the VM again; a driver of one's own has to accept bit 29");
	advise_afterwards(a, "`vhostctl show %s` lists EVENT_IDX, and `vhostctl stat -i %s` has fewer KICKS/S and "
			  "CALLS/S for as many BUFS/S", s->d->name, s->d->name);
	return true;
}

bool find_kick_each(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;

	/* Without EVENT_IDX, find_no_event_idx() says it. A queue that receives is kicked when buffers come back. */
	if (!q->runs_known || q->keeps || !has_feature(s->d, FEATURE_EVENT_IDX) ||
	    a_second(s->w, q->kicks) < NOTIFICATIONS_MIN || share(q->kicks, q->found) < EACH_MIN || !together(q))
		return false;
	a->weight = a_second(s->w, q->kicks);
	advise_evidence(a, "%.0f kicks a second, %.2f for each buffer, though %.1f buffers are under way at a time",
			advise_figure(a, "kicks_per_second", a_second(s->w, q->kicks)),
			advise_figure(a, "kicks_per_buffer", share(q->kicks, q->found)),
			advise_figure(a, "buffers_together", how_many(q)));
	advise_remedy(a, "have the driver publish several buffers and kick once: in a Linux guest, keep a qdisc on the "
		      "interface (`tc qdisc show dev eth0` is not noqueue), so that packets come in bulk; a driver of "
		      "one's own must kick only if avail_event was passed");
	advise_afterwards(a, "`vhostctl stat -i %s` has a higher B/KICK", s->d->name);
	return true;
}

bool find_call_each(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;

	if (!has_feature(s->d, FEATURE_EVENT_IDX) || a_second(s->w, q->calls) < CALLS_MIN ||
	    share(q->calls, q->buffers) < EACH_MIN || how_many(q) < CALLS_TOGETHER_MIN)
		return false;
	a->weight = a_second(s->w, q->calls);
	advise_evidence(a, "%.0f calls a second, %.2f for each buffer, though %.1f buffers come at a time",
			advise_figure(a, "calls_per_second", a_second(s->w, q->calls)),
			advise_figure(a, "calls_per_buffer", share(q->calls, q->buffers)),
			advise_figure(a, "buffers_together", how_many(q)));
	if (q->keeps)
		advise_remedy(a, "in a Linux guest, let packets gather: `echo 20000 "
			      ">/sys/class/net/eth0/gro_flush_timeout` and `echo 2 "
			      ">/sys/class/net/eth0/napi_defer_hard_irqs`; a driver of one's own can move used_event "
			      "further on");
	else
		advise_remedy(a, "have the driver ask for a call after several buffers, by a used_event that is "
			      "further on, as Linux' virtio_net does; vhost_net with experimental_zcopytx=1 calls for "
			      "packets one by one");
	advise_afterwards(a, "`vhostctl stat -i %s` has a higher B/CALL", s->d->name);
	return true;
}

bool find_spurious_kicks(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;

	if (!q->runs_known || a_second(s->w, q->kicks) < NOTIFICATIONS_MIN ||
	    a_second(s->w, q->spurious) < SPURIOUS_MIN || share(q->spurious, q->kicks) <= SPURIOUS_SHARE_MIN)
		return false;
	a->weight = a_second(s->w, q->spurious);
	advise_evidence(a, "%.0f of %.0f kicks a second (%.0f %%) find nothing in the ring: the worker had taken the "
			"buffers already",
			advise_figure(a, "spurious_per_second", a_second(s->w, q->spurious)),
			advise_figure(a, "kicks_per_second", a_second(s->w, q->kicks)),
			100 * advise_figure(a, "spurious_per_kick", share(q->spurious, q->kicks)));
	advise_remedy(a, "have the driver look at avail_event (or the flag NO_NOTIFY) after it has published the "
		      "buffers, and not before; a virtual CPU that waits for a CPU kicks late, too: see vcpu_waits");
	advise_afterwards(a, "`vhostctl stat -i %s` has a lower SPUR/S for as many KICKS/S", s->d->name);
	return true;
}

bool find_no_buffers(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;
	const uint64_t starved = q->kicks - q->spurious;

	if (!q->runs_known || !q->keeps || s->d->kind != INSPECT_NET || a_second(s->w, starved) < STARVED_MIN ||
	    share(starved, q->buffers) < STARVED_SHARE_MIN)
		return false;
	a->weight = a_second(s->w, starved);
	advise_evidence(a, "%.0f times a second a packet for the driver waited since there was no buffer for it, %.3f "
			"times for each buffer used",
			advise_figure(a, "starved_per_second", a_second(s->w, starved)),
			advise_figure(a, "starved_per_buffer", share(starved, q->buffers)));
	advise_remedy(a, "give the driver more time or more buffers: see vcpu_waits; a longer ring with QEMU "
		      "`rx_queue_size=1024` of -device virtio-net-pci, and `ethtool -G eth0 rx 1024` in the guest; "
		      "more queue pairs, if one CPU of the guest does all the work");
	advise_afterwards(a, "`vhostctl stat -i %s -q rx` has KICKS/S of about 0", s->d->name);
	return true;
}

bool find_iotlb_misses(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;

	if (!has_feature(s->d, FEATURE_ACCESS_PLATFORM) || a_second(s->w, q->misses) < MISSES_MIN ||
	    share(q->misses, q->buffers) < MISSES_PER_BUFFER_MIN)
		return false;
	a->weight = a_second(s->w, q->misses);
	advise_evidence(a, "%.0f addresses a second that the IOTLB had no translation of, %.2f for each buffer; each "
			"waits for the owner's answer",
			advise_figure(a, "misses_per_second", a_second(s->w, q->misses)),
			advise_figure(a, "misses_per_buffer", share(q->misses, q->buffers)));
	advise_remedy(a, "let the guest keep its mappings: `iommu=pt` or `iommu.strict=0` on its kernel's command "
		      "line; if nothing in the guest needs the virtual IOMMU for this device, start it without, "
		      "`iommu_platform=off`");
	advise_afterwards(a, "`vhostctl hist -i %s` has fewer values of miss_to_answer", s->d->name);
	return true;
}

bool find_kicks_by_write(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;

	if (q->kicks_by != PATH_PROCESS || a_second(s->w, q->kicks) < BY_PROCESS_MIN)
		return false;
	a->weight = a_second(s->w, q->kicks);
	advise_evidence(a, "%.0f kicks a second, and KVM has no ioeventfd for them: each is an exit to process %" PRIu32
			", which writes the kick eventfd", advise_figure(a, "kicks_per_second",
			a_second(s->w, q->kicks)), s->d->owner);
	advise_remedy(a, "have the owner register an ioeventfd for the queue's notify address (KVM_IOEVENTFD), as QEMU "
		      "does for vhost");
	advise_afterwards(a, "`vhostctl show %s` says that kicks come by an ioeventfd", s->d->name);
	return true;
}

bool find_calls_by_vmm(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;

	if (q->calls_by != PATH_PROCESS || a_second(s->w, q->calls) < BY_PROCESS_MIN)
		return false;
	a->weight = a_second(s->w, q->calls);
	advise_evidence(a, "%.0f calls a second, and KVM does not hear them: process %" PRIu32 " has to wake up for "
			"each, to inject the interrupt", advise_figure(a, "calls_per_second", a_second(s->w, q->calls)),
			s->d->owner);
	advise_remedy(a, "use MSI-X and KVM's interrupt controller, with QEMU no `vectors=0` of -device virtio-net-pci "
		      "and no `kernel-irqchip=off` of -machine; a guest booted with pci=nomsi has none");
	advise_afterwards(a, "`vhostctl show %s` says that calls are heard by an irqfd", s->d->name);
	return true;
}
