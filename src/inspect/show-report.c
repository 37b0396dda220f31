// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-report.h"

#include <linux/vhost.h>

#include "virtio/feature-names.h"

enum forecast_role show_role(const struct inspect_device *d, const struct inspect_queue *q)
{
	const bool keeps = inspect_keeps_buffers(d, q->number);

	if (d->kind != INSPECT_NET)
		return keeps ? FORECAST_KEPT : FORECAST_REQUESTS;
	return keeps ? FORECAST_RX : FORECAST_TX;
}

bool show_first_with_worker(const struct inspect_device *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (d->queues[k].worker == d->queues[i].worker)
			return false;
	return true;
}

bool show_logs(const struct inspect_device *d)
{
	uint64_t features[2];

	inspect_features(d, features);
	return feature_is_set(features, VHOST_F_LOG_ALL);
}

const char *show_task_state(uint32_t state)
{
	if (!state)
		return "running";
	if (state & (INSPECT_TASK_STOPPED | INSPECT_TASK_TRACED))
		return "stopped";
	if (state & INSPECT_TASK_FROZEN)
		return "frozen";
	return state & INSPECT_TASK_BLOCKED ? "blocked" : "asleep";
}
