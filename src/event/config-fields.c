// SPDX-License-Identifier: GPL-2.0-or-later
#include "config-fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "vhost/ioctl-names.h"
#include "vhost/vhost-uapi.h"
#include "virtio/feature-list.h"

/* How an argument is to be read. */
enum config_kind { KIND_NONE, KIND_NUMBER, KIND_ADDRESSES, KIND_ADDRESS, KIND_MEMORY, KIND_FEATURES, KIND_BACKEND,
		   KIND_ARRAY };

static enum config_kind kind_of(uint32_t ioctl)
{
	switch (ioctl) {
	case VHOST_SET_OWNER:
	case VHOST_RESET_OWNER:
		return KIND_NONE;
	case VHOST_SET_VRING_ADDR:
		return KIND_ADDRESSES;
	case VHOST_SET_LOG_BASE:
		return KIND_ADDRESS;
	case VHOST_SET_MEM_TABLE:
		return KIND_MEMORY;
	case VHOST_SET_FEATURES:
		return KIND_FEATURES;
	case VHOST_SET_BACKEND_FEATURES:
		return KIND_BACKEND;
	case VHOST_SET_FEATURES_ARRAY:
		return KIND_ARRAY;
	}
	return KIND_NUMBER;
}

static bool has_value(const struct config_event *c)
{
	return c->head.flags & CONFIG_VALUE;
}

static bool has_more(const struct config_event *c)
{
	return c->head.flags & CONFIG_MORE;
}

/* Room for an argument in text. */
#define ARGUMENT_LEN 160

/* The whole argument, or what tells most of it. Both are the same for most ioctls. */
enum config_form { FORM_LONG, FORM_SHORT };

static void format_addresses(const struct config_event *c, enum config_form form, char text[ARGUMENT_LEN])
{
	int n;

	if (form == FORM_SHORT) {
		snprintf(text, ARGUMENT_LEN, "0x%llx", c->addr.desc);
		return;
	}
	n = snprintf(text, ARGUMENT_LEN, "desc 0x%llx, avail 0x%llx, used 0x%llx", c->addr.desc, c->addr.avail,
		     c->addr.used);
	if (c->value & CONFIG_ADDR_LOG)
		n += snprintf(text + n, ARGUMENT_LEN - (size_t)n, ", log 0x%llx", c->addr.log);
	if (c->value & ~(__u64)CONFIG_ADDR_LOG)
		snprintf(text + n, ARGUMENT_LEN - (size_t)n, ", flags 0x%" PRIx32, (uint32_t)c->value);
}

static void format_memory(const struct config_event *c, enum config_form form, char text[ARGUMENT_LEN])
{
	char size[FORMAT_SIZE_LEN];
	int n = snprintf(text, ARGUMENT_LEN, "%" PRIu64 " region%s", (uint64_t)c->value, plural(c->value));

	if (form == FORM_LONG && has_more(c))
		snprintf(text + n, ARGUMENT_LEN - (size_t)n, ", %s", format_size(c->memory.size, size));
}

/* The names of the features, or a number. */
static void format_features(const struct feature_list *list, enum config_form form, char text[ARGUMENT_LEN])
{
	char *names = form == FORM_LONG ? features_text(list) : NULL;

	if (names && *names && strlen(names) < ARGUMENT_LEN)
		snprintf(text, ARGUMENT_LEN, "%s", names);
	else if (list->count > 1 && list->words[1])
		snprintf(text, ARGUMENT_LEN, "0x%" PRIx64 "%016" PRIx64, list->words[1], list->words[0]);
	else
		snprintf(text, ARGUMENT_LEN, "0x%" PRIx64, list->words[0]);
	free(names);
}

static struct feature_list features_of(const struct config_event *c, uint64_t words[CONFIG_FEATURES])
{
	const bool array = kind_of(c->ioctl) == KIND_ARRAY;

	words[0] = array ? c->features[0] : c->value;
	words[1] = array ? c->features[1] : 0;
	return (struct feature_list){
		.table = kind_of(c->ioctl) == KIND_BACKEND ? backend_features : net_features,
		.words = words, .count = array ? CONFIG_FEATURES : 1,
	};
}

static void format_argument(const struct config_event *c, enum config_form form, char text[ARGUMENT_LEN])
{
	enum config_kind kind = kind_of(c->ioctl);
	uint64_t words[CONFIG_FEATURES];
	struct feature_list list;

	*text = 0;
	if (kind == KIND_NONE)
		return;
	if (kind == KIND_ADDRESSES || kind == KIND_ARRAY ? !has_more(c) : !has_value(c)) {
		snprintf(text, ARGUMENT_LEN, "?");
		return;
	}
	switch (kind) {
	case KIND_ADDRESSES:
		format_addresses(c, form, text);
		break;
	case KIND_MEMORY:
		format_memory(c, form, text);
		break;
	case KIND_FEATURES:
	case KIND_BACKEND:
	case KIND_ARRAY:
		list = features_of(c, words);
		format_features(&list, form, text);
		break;
	case KIND_ADDRESS:
		snprintf(text, ARGUMENT_LEN, "0x%" PRIx64, (uint64_t)c->value);
		break;
	default:
		snprintf(text, ARGUMENT_LEN, "%" PRId64, (int64_t)c->value);
	}
}

/* The error comes first, and is never cut; the argument of a queue that there is not, behind the queue's number. */
void config_note(struct event_line *l, int room)
{
	const struct config_event *c = (const struct config_event *)l->e;
	char text[ARGUMENT_LEN];
	int n = 0;

	room -= (int)strlen(l->reason) + 1;
	if (l->error_name)
		n += snprintf(l->text, sizeof(l->text), "%s ", l->error_name);
	if (c->head.flags & CONFIG_INDEX && !l->queue)
		n += snprintf(l->text + n, sizeof(l->text) - (size_t)n, "queue %" PRIu32 " ", c->index);
	format_argument(c, FORM_LONG, text);
	if (n + (int)strlen(text) > room)
		format_argument(c, FORM_SHORT, text);
	if (n + (int)strlen(text) > room)
		snprintf(text, sizeof(text), "...");
	if (*text && n + (int)strlen(text) <= room)
		snprintf(l->text + n, sizeof(l->text) - (size_t)n, "%s", text);
	else if (n)
		l->text[n - 1] = 0;
	l->note = *l->text ? l->text : NULL;
}

void config_fill(struct event_line *l, const struct event *e)
{
	const struct config_event *c = (const struct config_event *)e;
	const char *name = vhost_ioctl_name(c->ioctl);

	l->thread = c->comm;
	l->ioctl = c->ioctl;
	l->error = -c->error;
	l->ioctl_name = name;
	l->reason = name ? name + strlen("VHOST_") : "?";
	if (c->error) {
		l->error_name = strerrorname_np(-c->error);
		if (!l->error_name)
			l->error_name = "?";
	}
}

static struct json_object *number(bool known, uint64_t n)
{
	return known ? json_object_new_uint64(n) : NULL;
}

/* The address of a part of the ring; 0 is none. */
static struct json_object *address(uint64_t addr)
{
	return number(addr, addr);
}

/* The value is the descriptor table's address where there are addresses. */
static void add_addresses(struct json_object *obj, const struct config_event *c)
{
	json_object_object_add(obj, "value", number(has_more(c), c->addr.desc));
	json_object_object_add(obj, "desc", address(c->addr.desc));
	json_object_object_add(obj, "avail", address(c->addr.avail));
	json_object_object_add(obj, "used", address(c->addr.used));
	json_object_object_add(obj, "log_addr", number(c->value & CONFIG_ADDR_LOG, c->addr.log));
	json_object_object_add(obj, "flags", number(has_value(c), (uint32_t)c->value));
}

static struct json_object *region(const struct config_event *c, uint64_t gpa, uint64_t size)
{
	struct json_object *obj;

	if (!has_more(c))
		return NULL;
	obj = json_object_new_object();
	json_object_object_add(obj, "gpa", json_object_new_uint64(gpa));
	json_object_object_add(obj, "size", json_object_new_uint64(size));
	return obj;
}

static void add_memory(struct json_object *obj, const struct config_event *c)
{
	json_object_object_add(obj, "nregions", number(has_value(c), c->value));
	json_object_object_add(obj, "size", number(has_more(c), c->memory.size));
	json_object_object_add(obj, "first", region(c, c->memory.first, c->memory.first_size));
	json_object_object_add(obj, "last", region(c, c->memory.last, c->memory.last_size));
}

static void add_features(struct json_object *obj, const struct config_event *c)
{
	const bool known = kind_of(c->ioctl) == KIND_ARRAY ? has_more(c) : has_value(c);
	uint64_t words[CONFIG_FEATURES];
	const struct feature_list list = features_of(c, words);

	json_object_object_add(obj, "value", number(has_value(c), c->value));
	json_object_object_add(obj, "features", known ? features_json(&list) : NULL);
}

void config_json_add(struct json_object *obj, const struct config_event *c)
{
	json_object_object_add(obj, "index", number(c->head.flags & CONFIG_INDEX, c->index));
	switch (kind_of(c->ioctl)) {
	case KIND_ADDRESSES:
		add_addresses(obj, c);
		break;
	case KIND_MEMORY:
		json_object_object_add(obj, "value", number(has_value(c), c->value));
		add_memory(obj, c);
		break;
	case KIND_FEATURES:
	case KIND_BACKEND:
	case KIND_ARRAY:
		add_features(obj, c);
		break;
	case KIND_ADDRESS:
		json_object_object_add(obj, "value", number(has_value(c), c->value));
		break;
	default:
		json_object_object_add(obj, "value", has_value(c) ? json_object_new_int64((int64_t)c->value) : NULL);
	}
}
