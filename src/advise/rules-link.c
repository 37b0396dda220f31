// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "rules-find.h"

/**
 * struct received - the queues of a tap that receive, together
 * @buffers: used entries
 * @starved: kicks, each of which tells of a packet that had no buffer
 * @hungry: looks at which there was no buffer for a packet that waited, of the queue that has most of these
 * @fill: the most packets that waited in a tap's ring
 * @size: size of that ring
 */
struct received {
	uint64_t buffers, starved, hungry;
	int32_t fill;
	uint32_t size;
};

static struct received received_of(const struct rule_subject *s)
{
	const struct watched *w = s->w;
	struct received r = { .fill = -1 };

	for (size_t i = 0; i < w->device_count; i++)
		for (size_t k = 0; w->devices[i].tap == s->d->tap && k < w->devices[i].queue_count; k++) {
			const struct watched_queue *q = &w->devices[i].queues[k];

			if (!q->keeps)
				continue;
			r.buffers += q->buffers;
			r.hungry = q->hungry > r.hungry ? q->hungry : r.hungry;
			r.starved += q->runs_known ? q->kicks - q->spurious : 0;
			if (q->ring_fill > r.fill) {
				r.fill = q->ring_fill;
				r.size = q->ring_size;
			}
		}
	return r;
}

/* What to do against the reason of most. */
static void remedy_of(struct advice *a, const struct watched_device *d, enum discard_reason reason)
{
	if (reason == DISCARD_HEADER)
		advise_remedy(a, "have the owner agree with the tap on the length of the header (TUNSETVNETHDRSZ): "
			      "`vhostctl check %s` has both; none gets through before", d->name);
	else if (reason == DISCARD_FAILED)
		advise_remedy(a, "see why the memory of the driver's buffers cannot be written: it is not in the "
			      "memory table, or its pages are gone (ballooning, hole punching)");
	else if (!has_feature(d, FEATURE_MRG_RXBUF))
		advise_remedy(a, "let the device offer VIRTIO_NET_F_MRG_RXBUF, with QEMU `mrg_rxbuf=on` of -device "
			      "virtio-net-pci, and start the VM again; or set the MTU of the tap to what the buffers "
			      "hold: `ip link set %s mtu 1500`", d->tap_name);
	else
		advise_remedy(a, "give longer buffers, or set the MTU of the tap to what a chain of them holds: `ip "
			      "link set %s mtu 1500`", d->tap_name);
}

bool find_discards(const struct rule_subject *s, struct advice *a)
{
	const uint64_t *n = s->q->discards;
	enum discard_reason most = DISCARD_TOO_SHORT;
	uint64_t sum = 0;

	for (enum discard_reason i = 0; i < DISCARD_REASONS; i++) {
		sum += n[i];
		most = n[i] > n[most] ? i : most;
	}
	if (sum < DISCARDS_MIN)
		return false;
	a->weight = a_second(s->w, sum);
	advise_evidence(a, "vhost threw %.0f packets for the driver away, %.0f of them since the buffers were too "
			"short, %.0f for a header of another length than the tap's, %.0f that could not be copied; it "
			"delivered %.0f",
			advise_figure(a, "discards", (double)sum),
			advise_figure(a, "too_short", (double)n[DISCARD_TOO_SHORT]),
			advise_figure(a, "header", (double)n[DISCARD_HEADER]),
			advise_figure(a, "failed", (double)n[DISCARD_FAILED]),
			advise_figure(a, "buffers", (double)s->q->buffers));
	remedy_of(a, s->d, most);
	advise_afterwards(a, "`vhostctl stat -j -i %s -q rx` has discards of 0", s->d->name);
	return true;
}

/* Return: whether the tap drops packets for the driver, as often in time as @often has it. */
static bool drops(const struct rule_subject *s, struct advice *a, bool often, struct received *r)
{
	const struct watched_device *d = s->d;
	char ring[80] = "";

	*r = received_of(s);
	if (d->drops < DROPS_MIN || share(d->drops, d->drops + r->buffers) < DROPS_SHARE_MIN ||
	    (share(d->drop_parts, d->parts) > DROPS_ALWAYS_MIN) != often)
		return false;
	a->weight = a_second(s->w, d->drops);
	if (r->fill >= 0)
		snprintf(ring, sizeof(ring), "; up to %" PRId32 " packets of %" PRIu32 " waited in its ring at a "
		"look", r->fill,
			 r->size);
	advise_evidence(a, "the tap dropped %.0f packets for the driver, in %.0f of %.0f parts of the time, while it "
			"took %.0f buffers' worth%s", advise_figure(a, "drops", (double)d->drops),
			advise_figure(a, "drop_parts", d->drop_parts), advise_figure(a, "parts", d->parts),
			advise_figure(a, "buffers", (double)r->buffers), ring);
	advise_figure(a, "hungry_looks", (double)r->hungry);
	advise_figure(a, "ring_fill", r->fill);
	advise_afterwards(a, "`ip -s link show %s` counts no more TX drops (RX of a macvtap), in the network "
			  "namespace of the tap", d->tap_name);
	return true;
}

/* With buffers missing it is the driver that is too slow, else the worker. */
bool find_drops(const struct rule_subject *s, struct advice *a)
{
	struct received r;

	if (!drops(s, a, true, &r))
		return false;
	if (a_second(s->w, r.starved) >= STARVED_MIN || share(r.hungry, s->d->parts) >= HUNGRY_MIN)
		advise_remedy(a, "the driver gives too few buffers (there was none at %.0f of %.0f looks, and %.0f "
			      "times a second meanwhile): give the guest more CPU time, see vcpu_waits; or more queue "
			      "pairs, each with a CPU of its own (`ethtool -L eth0 combined N` in the guest); or have "
			      "the sender send less, as TCP does", (double)r.hungry, (double)s->d->parts + 1,
			      a_second(s->w, r.starved));
	else
		advise_remedy(a, "the driver has buffers, so the worker is too slow: see worker_full, worker_waits, "
			      "throttled and one_queue; or have the sender send less, as TCP does");
	return true;
}

bool find_drops_at_bursts(const struct rule_subject *s, struct advice *a)
{
	struct received r;

	if (!drops(s, a, false, &r))
		return false;
	if (s->d->backpressure)
		advise_remedy(a, "the tap has back pressure, but no queueing discipline to wait in: `tc qdisc replace "
			      "dev %s root fq_codel`", s->d->tap_name);
	else
		advise_remedy(a, "make the tap's ring long enough for a burst: `ip link set %s txqueuelen 10000`, in "
			      "the network namespace of the tap; with QEMU also `rx_queue_size=1024` of -device "
			      "virtio-net-pci",
			      s->d->tap_name);
	return true;
}

bool find_no_mrg_rxbuf(const struct rule_subject *s, struct advice *a)
{
	const struct received r = received_of(s);

	if (s->d->kind != INSPECT_NET || has_feature(s->d, FEATURE_MRG_RXBUF) || s->d->mtu <= LARGE_MTU ||
	    a_second(s->w, r.buffers) < LARGE_MTU_BUFFERS_MIN)
		return false;
	a->weight = a_second(s->w, r.buffers);
	advise_evidence(a, "VIRTIO_NET_F_MRG_RXBUF was not negotiated, and the tap's MTU is %.0f: the driver has to "
			"give room for the largest packet with each buffer, of which %.0f a second are used, and the "
			"device drops what does not fit", advise_figure(a, "mtu", s->d->mtu),
			advise_figure(a, "buffers_per_second", a_second(s->w, r.buffers)));
	advise_remedy(a, "let the device offer it, with QEMU `mrg_rxbuf=on` of -device virtio-net-pci (the default), "
		      "with libvirt `<host mrg_rxbuf='on'/>`, and start the VM again; or set the MTU to 1500: `ip "
		      "link set %s mtu 1500`",
		      s->d->tap_name);
	advise_afterwards(a, "`vhostctl show %s` lists MRG_RXBUF", s->d->name);
	return true;
}

bool find_no_offloads(const struct rule_subject *s, struct advice *a)
{
	const struct received r = received_of(s);

	if (s->d->kind != INSPECT_NET || s->d->offloads < 0 ||
	    s->d->offloads & (LINK_CSUM | LINK_TSO4 | LINK_TSO6) || s->d->frame_bytes < OFFLOADS_FRAME_MIN ||
	    a_second(s->w, r.buffers) < OFFLOADS_BUFFERS_MIN)
		return false;
	a->weight = a_second(s->w, r.buffers);
	advise_evidence(a, "the owner takes neither partial checksums nor large segments (GSO) from the tap: each of "
			"%.0f buffers a second has one frame at most, of %.0f bytes on average, which the host cut "
			"and summed",
			advise_figure(a, "buffers_per_second", a_second(s->w, r.buffers)),
			advise_figure(a, "frame_bytes", s->d->frame_bytes));
	advise_remedy(a, "let the guest have them: no `guest_csum=off`, `guest_tso4=off` or `guest_tso6=off` with "
		      "-device virtio-net-pci, `<guest csum='on' tso4='on' tso6='on'/>` with libvirt; in a Linux guest "
		      "`ethtool -K eth0 gro-hw on` (lro on before 5.17), unless an XDP program is attached");
	advise_afterwards(a, "`vhostctl show -j %s` has csum, tso4 and tso6 among the link's offloads", s->d->name);
	return true;
}
