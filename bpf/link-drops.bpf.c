// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads how many packets a tap has dropped.
 *
 * Theory of operation. Each CPU has counters of its own. Each lies at a distance from the address in net_device that is
 * different for each CPU, and the same for all such counters. The kernel's table of these distances has no name for
 * BPF. A map of ours that has an element for each CPU tells them: the distance of its element for a CPU from the
 * address that the map has for all.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "link-state.bpf.h"
#include "types.bpf.h"

/* The largest NR_CPUS of all machines. */
#define CPUS_MAX 8192

/* Its elements mean nothing but the place where they lie. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} cpu_places SEC(".maps");

/* The verifier does not allow to calculate with some pointers, and it follows them through the stack, but not so. */
static __always_inline __u64 as_number(const void *pointer)
{
	const void *volatile copy = pointer;
	__u64 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), (const void *)&copy);
	return number;
}

/**
 * struct cpu_sum - a sum over all CPUs
 * @place: the address that the map has for all CPUs
 * @core: that of struct net_device_core_stats; 0: the kernel has allocated none yet
 * @own: likewise, of the driver's own counters; 0: none
 * @type: enum link_type, whose driver that is
 * @rx: the sum of packets that were dropped in receiving
 * @tx: likewise, in sending
 */
struct cpu_sum {
	__u64 place;
	__u64 core;
	__u64 own;
	__u32 type;
	__u64 rx;
	__u64 tx;
};

static __always_inline void add_own(struct cpu_sum *s, __u64 distance)
{
	struct vlan_pcpu_stats *macvlan = (void *)(s->own + distance);
	struct ipvl_pcpu_stats *ipvlan = (void *)(s->own + distance);

	if (s->type == LINK_MACVTAP && bpf_core_type_exists(struct macvtap_dev)) {
		s->rx += BPF_CORE_READ(macvlan, rx_errors);
		s->tx += BPF_CORE_READ(macvlan, tx_dropped);
	} else if (s->type == LINK_IPVTAP && bpf_core_type_exists(struct ipvtap_dev)) {
		s->rx += BPF_CORE_READ(ipvlan, rx_errs);
		s->tx += BPF_CORE_READ(ipvlan, tx_drps);
	}
}

/* Callback of bpf_loop(). */
static long add_cpu(__u32 cpu, struct cpu_sum *s)
{
	struct net_device_core_stats *core;
	const __u32 zero = 0;
	void *element = bpf_map_lookup_percpu_elem(&cpu_places, &zero, cpu);
	__u64 distance;

	/* There is no such CPU, so no further one either. */
	if (!element)
		return 1;
	distance = as_number(element) - s->place;
	core = (void *)(s->core + distance);
	if (s->core) {
		s->rx += BPF_CORE_READ(core, rx_dropped);
		s->tx += BPF_CORE_READ(core, tx_dropped);
	}
	if (s->own)
		add_own(s, distance);
	return 0;
}

/* Return: the address of the counters of the tap's own driver; 0 if it uses those that all interfaces have. */
static __always_inline __u64 own_counters(__u64 tap, __u32 type)
{
	struct macvtap_dev *macvtap;
	struct ipvtap_dev *ipvtap;

	if (type == LINK_MACVTAP && bpf_core_type_exists(struct macvtap_dev)) {
		macvtap = (void *)tap - bpf_core_field_offset(struct macvtap_dev, tap);
		return (__u64)BPF_CORE_READ(macvtap, vlan.pcpu_stats);
	}
	if (type == LINK_IPVTAP && bpf_core_type_exists(struct ipvtap_dev)) {
		ipvtap = (void *)tap - bpf_core_field_offset(struct ipvtap_dev, tap);
		return (__u64)BPF_CORE_READ(ipvtap, vlan.pcpu_stats);
	}
	return 0;
}

__noinline int read_drops(struct tap_drops *d, __u64 tap, __u32 type)
{
	struct net_device___link *dev = netdev_of(tap, type);
	struct cpu_sum s = { .type = type };

	if (!d || !dev)
		return 0;
	s.own = own_counters(tap, type);
	s.core = (__u64)BPF_CORE_READ(dev, core_stats);
	/* With counters of their own, macvtap and ipvtap do not count in these. */
	if (!s.own) {
		s.rx = BPF_CORE_READ(dev, stats.rx_dropped);
		s.tx = BPF_CORE_READ(dev, stats.tx_dropped);
	}
	bpf_probe_read_kernel(&s.place, sizeof(s.place),
			      (void *)(as_number(&cpu_places) + bpf_core_field_offset(struct bpf_array, pptrs)));
	if (s.core || s.own)
		bpf_loop(CPUS_MAX, add_cpu, &s, 0);
	d->rx = s.rx;
	d->tx = s.tx;
	return 0;
}
