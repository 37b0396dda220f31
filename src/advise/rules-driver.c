// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules about the driver's side, as it is seen inside of a virtual machine.
 */
#include "rules-find.h"

#include <inttypes.h>

bool find_spurious_interrupts(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;
	const double spurious = a_second(s->w, q->spurious_interrupts);

	if (spurious < SPURIOUS_MIN || share(q->spurious_interrupts, q->interrupts) <= SPURIOUS_SHARE_MIN)
		return false;
	a->weight = spurious;
	advise_evidence(a, "%.0f of %.0f interrupts a second (%.0f %%) find nothing in the ring",
			advise_figure(a, "spurious_per_second", spurious),
			advise_figure(a, "interrupts_per_second", a_second(s->w, q->interrupts)),
			100 * advise_figure(a, "spurious_per_interrupt", share(q->spurious_interrupts,
									       q->interrupts)));
	advise_remedy(a, "if /proc/interrupts has no line of its own for the queue, give it one, since the handler of "
		      "a shared interrupt looks at all queues: QEMU with `vectors=` of the device at two more than it "
		      "has queues, and a kernel without pci=nomsi. Else something has emptied the ring before: do "
		      "without busy polling (net.core.busy_poll is 0), or without the interrupts (`echo 2 "
		      ">/sys/class/net/eth0/napi_defer_hard_irqs`)");
	advise_afterwards(a, "`vhostctl stat --driver -i %s` has a lower %%SPUR", s->d->name);
	return true;
}
