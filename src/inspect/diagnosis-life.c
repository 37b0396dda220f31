// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis-life.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/format.h"
#include "diagnosis-looks.h"

/* Do two devices surely belong to one network interface of a guest? */
static bool same_interface(const struct inspect_device *a, const struct inspect_device *b)
{
	return a->kind == b->kind && a->owner.pid == b->owner.pid && a->owner.start == b->owner.start &&
	       *a->tap.name && a->tap.netns == b->tap.netns && !strcmp(a->tap.name, b->tap.name);
}

/* A guest with fewer queues than its network interface offers leaves some devices unused. */
static bool interface_runs(const struct inspect_host *host, const struct inspect_device *d)
{
	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *other = &host->devices[i];

		if (inspect_state(other) != DEVICE_NEVER_STARTED && same_interface(other, d))
			return true;
	}
	return false;
}

enum diagnosis_result diagnose_start(const struct inspect_device *first, const struct inspect_host *host,
				     const struct inspect_device *second, struct diagnosis *f)
{
	uint64_t features[2];

	if (second->kind != INSPECT_NET || inspect_state(first) != DEVICE_NEVER_STARTED ||
	    inspect_state(second) != DEVICE_NEVER_STARTED || interface_runs(host, second))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_NEVER_STARTED, SIDE_OWNER, LEVEL_NOTE);
	inspect_features(second, features);
	/* A VMM sets the features first of all when it starts a device, and the memory and the rings after them. */
	if (features[0] || features[1]) {
		diagnosis_evidence(f, "its owner has set features and no ring: it tried to start the device and gave "
				   "up, as QEMU does when VHOST_SET_MEM_TABLE fails; the guest then runs on the "
				   "owner's own virtio, which is slow");
		diagnosis_remedy(f, "see what the owner said then; restart it under vhostctl trace --events config, "
				 "which shows the ioctl that fails");
	} else {
		diagnosis_evidence(f, "no queue has a ring: the guest has no driver yet, or the owner does without "
				   "vhost");
		diagnosis_remedy(f, "nothing, as long as the guest boots; after that, see what the owner said when the "
				 "driver started");
	}
	return DIAGNOSIS_FOUND;
}

/* Did the same thread sleep all the time? A release that goes on has several things to wait for. */
static bool slept(const struct inspect_release *a, const struct inspect_release *b)
{
	return a->tid == b->tid && a->process.start == b->process.start && a->sleeps == b->sleeps;
}

enum diagnosis_result diagnosis_of_release(const struct inspect_device *first, const struct inspect_device *second,
					   struct diagnosis *f)
{
	const struct inspect_release *r = &second->release;
	const double seconds = ns_to_s(second->time - first->time);

	if (!(first->flags & INSPECT_RELEASING) || !slept(&first->release, r))
		return DIAGNOSIS_NOTHING;
	if (r->held) {
		diagnosis_found(f, DIAGNOSIS_RELEASING, SIDE_BACKEND, LEVEL_STUCK);
		diagnosis_evidence(f, "thread %" PRIu32 " closed the device, and is blocked in the kernel for that: "
				   "somebody else still holds %" PRIu32 " packet%s that the device sent without "
				   "copying (zero-copy), after %.1f s", r->tid, r->held, plural(r->held), seconds);
		diagnosis_remedy(f, "see where the tap's packets go: a qdisc that queues them (tc -s qdisc), a socket "
				 "that nobody reads; drop them there, and the thread ends");
	} else {
		diagnosis_found(f, DIAGNOSIS_RELEASING, SIDE_DEVICE, LEVEL_SUSPECT);
		diagnosis_evidence(f, "thread %" PRIu32 " closed the device, and is blocked in the kernel for that for "
				   "%.1f s", r->tid, seconds);
		diagnosis_remedy(f, "look at /proc/%" PRIu32 "/stack and the kernel's log", r->tid);
	}
	return DIAGNOSIS_FOUND;
}
