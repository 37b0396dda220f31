// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-labels.h"

#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "device-choice.h"

#define DEVICES "/sys/bus/virtio/devices/"

/* @path: DEVICES virtioN/net/LABEL */
static const char *choose(struct device_choice *c, const char *path)
{
	const char *device = path + strlen(DEVICES), *label = strrchr(path, '/') + 1;
	char name[DEVICE_NAME_LEN];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device, "/"), device);
	if (!device_choice_matches(c, 0, label) || device_choice_matches(c, 0, name))
		return NULL;
	return device_choice_add(c, name) ? "match too many virtio devices" : NULL;
}

const char *virtio_labels_choose(struct device_choice *c)
{
	const char *wrong = NULL;
	glob_t paths = { 0 };

	/* Without a match or without memory nothing is added. */
	glob(DEVICES "*/net/*", 0, NULL, &paths);
	glob(DEVICES "*/block/*", GLOB_APPEND, NULL, &paths);
	for (size_t i = 0; c->count && i < paths.gl_pathc && !wrong; i++)
		wrong = choose(c, paths.gl_pathv[i]);
	globfree(&paths);
	return wrong;
}

bool virtio_labels_any_device(void)
{
	glob_t paths = { 0 };
	const bool any = !glob(DEVICES "*", GLOB_NOSORT, NULL, &paths);

	globfree(&paths);
	return any;
}
