/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FINDING_H
#define FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/columns.h"
#include "base/out.h"
#include "device-place.h"
#include "diagnosis.h"
#include "inspect.h"

/**
 * DOC: what check has found, as a table
 */

/**
 * struct finding - a finding
 * @device: where; the look's
 * @diagnosis: what
 * @devices: number of devices that it is about: a stopped owner is one finding, however many it owns
 * @queue_name: of the queue; empty for the device as a whole
 * @place: values of columns, by findings_print()
 *
 * The others are values of columns, by findings_print().
 */
struct finding {
	const struct inspect_device *device;
	struct diagnosis diagnosis;
	uint32_t devices;
	char queue_name[INSPECT_QUEUE_NAME];
	struct device_place place;
	const char *queue, *finding, *side, *level, *evidence, *remedy;
};

/**
 * struct findings - all findings of a run
 * @all: in the order of the devices; owned
 * @count: how many
 * @room: allocated elements of @all
 */
struct findings {
	struct finding *all;
	size_t count, room;
};

/* The columns that --columns may name. */
extern const struct out_col finding_columns[];

/**
 * findings_add() - add one
 * @fs: the findings
 * @d: the device, which must outlive them
 * @q: the queue; NULL for the device as a whole
 * @f: the diagnosis
 *
 * Return: 0 or -ENOMEM.
 */
int findings_add(struct findings *fs, const struct inspect_device *d, const struct inspect_queue *q,
		 const struct diagnosis *f);

/**
 * findings_add_named() - add one about a queue that the device has not itself
 * @fs: the findings
 * @d: a device, which must outlive them
 * @queue: name of the queue; empty: none
 * @f: the diagnosis
 *
 * Return: 0 or -ENOMEM.
 */
int findings_add_named(struct findings *fs, const struct inspect_device *d, const char *queue,
		       const struct diagnosis *f);

/**
 * findings_print() - print all, with evidence and remedy unless columns were chosen
 * @fs: the findings
 * @o: the output
 * @opts: columns and order
 *
 * Return: 0 or -ENOMEM.
 */
int findings_print(struct findings *fs, struct out *o, const struct column_options *opts);

/**
 * finding_print_advice() - print the lines below a finding: the evidence, and what to do
 * @o: the output
 * @d: the diagnosis
 */
void finding_print_advice(struct out *o, const struct diagnosis *d);

/* Release all. */
void findings_free(struct findings *fs);

#endif
