// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap-names.h"

#include "probe/scan.h"

void tap_names_init(struct tap_names *n)
{
	uint64_t own;

	*n = (struct tap_names){ 0 };
	if (!scan_netns("/proc", 0, &own))
		n->taps.own_netns = (uint32_t)own;
}

void tap_names_set(struct tap_names *n, struct inspect_host *host, const struct inspect_target *target)
{
	for (size_t i = 0; i < host->count; i++) {
		struct inspect_device *d = &host->devices[i];
		const struct inspect_netdev *tap = inspect_tap(d);

		if (tap && tap->netns && (!target || inspect_target_matches(target, d)))
			d->shown = device_names_add(&n->taps, tap->name, tap->netns,
						    netns_name(&n->namespaces, tap->netns));
	}
}

void tap_names_free(struct tap_names *n)
{
	device_names_free(&n->taps);
	netns_names_free(&n->namespaces);
}
