// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/notice.h"
#include "base/out.h"
#include "bpf/events.h"
#include "event/event-names.h"
#include "net/tap.h"
#include "probe/session.h"
#include "trace/hooks-try.h"
#include "vhost/kernel-abilities.h"
#include "vhost/vhost-open.h"
#include "vhost/vhost.h"
#include "virtio/feature-names.h"

struct features_opts {
	bool verbose;
};

static const struct features_opts features_defaults = { 0 };

static const struct opt features_opts[] = {
	{ "verbose", 'v', OPT_FLAG, offsetof(struct features_opts, verbose), .help = "show what libbpf says" },
	{ 0 },
};

/* What a device offers. */
struct offer {
	uint64_t features[VHOST_FEATURES_WORDS];
	uint64_t backend[1];
};

static int read_features(int fd, uint64_t *words)
{
	if (!vhost_get_features_array(fd, words, VHOST_FEATURES_WORDS))
		return 0;
	/* Without VHOST_GET_FEATURES_ARRAY there are at most 64 feature bits. */
	memset(words, 0, VHOST_FEATURES_WORDS * sizeof(*words));
	return vhost_get_features(fd, words);
}

static int read_offer(struct offer *offer)
{
	int fd = vhost_open(), status = STATUS_OK, r;
	char why[VHOST_OPEN_WHY_MAX];

	if (fd < 0) {
		fail("features", VHOST_NET_DEVICE ": %s", vhost_open_why(fd, why));
		return STATUS_REFUSED;
	}
	r = read_features(fd, offer->features);
	if (r) {
		fail("features", "%s: VHOST_GET_FEATURES: %s", VHOST_NET_DEVICE, strerror(-r));
		status = STATUS_REFUSED;
		goto out;
	}
	r = vhost_get_backend_features(fd, offer->backend);
	if (r) {
		fail("features", "%s: VHOST_GET_BACKEND_FEATURES: %s", VHOST_NET_DEVICE, strerror(-r));
		status = STATUS_REFUSED;
	}
out:
	close(fd);
	return status;
}

/* Format all words as one number. */
static const char *hex(const uint64_t *words, int count, char *buf, size_t len)
{
	int n;

	while (count > 1 && !words[count - 1])
		count--;
	n = snprintf(buf, len, "0x%" PRIx64, words[count - 1]);
	for (int i = count - 2; i >= 0; i--)
		n += snprintf(buf + n, len - (size_t)n, "%016" PRIx64, words[i]);
	return buf;
}

static void print_section(struct out *o, const char *title, const char *value)
{
	char on[16], off[16];

	fprintf(o->file, "%s%s%s%s%s\n", out_sgr(o, "1", on), title, value ? ": " : "", value ? value : "",
		out_sgr(o, "", off));
}

static void print_bit(struct out *o, const struct feature *table, unsigned int bit)
{
	const struct feature *f = feature_find(table, bit);

	if (!f)
		fprintf(o->file, "  %3u  bit %u\n", bit, bit);
	else
		fprintf(o->file, "  %3u  %s%s%s\n", bit, f->name, f->alias ? ", " : "", f->alias ? f->alias : "");
}

static struct json_object *bit_json(const struct feature *table, unsigned int bit)
{
	const struct feature *f = feature_find(table, bit);
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "bit", json_object_new_int((int)bit));
	json_object_object_add(obj, "name", f ? json_object_new_string(f->name) : NULL);
	if (f && f->alias)
		json_object_object_add(obj, "alias", json_object_new_string(f->alias));
	return obj;
}

/* How one set of bits is shown. */
struct bit_set {
	const char *type;
	const char *title;
	const struct feature *table;
	const uint64_t *words;
	int count;
};

static void print_bits_text(struct out *o, const struct bit_set *s, const char *value)
{
	print_section(o, s->title, value);
	for (unsigned int bit = 0; bit < (unsigned int)s->count * 64; bit++)
		if (feature_is_set(s->words, bit))
			print_bit(o, s->table, bit);
}

static void print_bits_json(struct out *o, const struct bit_set *s, const char *value)
{
	struct json_object *obj = json_object_new_object(), *bits = json_object_new_array();

	for (unsigned int bit = 0; bit < (unsigned int)s->count * 64; bit++)
		if (feature_is_set(s->words, bit))
			json_object_array_add(bits, bit_json(s->table, bit));
	json_object_object_add(obj, "type", json_object_new_string(s->type));
	json_object_object_add(obj, "value", json_object_new_string(value));
	json_object_object_add(obj, "features", bits);
	out_json(o, obj);
}

static void print_bits(struct out *o, const struct bit_set *s)
{
	char value[2 + 16 * VHOST_FEATURES_WORDS + 1];

	hex(s->words, s->count, value, sizeof(value));
	if (o->json)
		print_bits_json(o, s, value);
	else
		print_bits_text(o, s, value);
}

static void print_ability(struct out *o, const struct kernel_ability *a)
{
	static const char *const words[] = {
		[KERNEL_ABILITY_NOT_OFFERED] = "no",
		[KERNEL_ABILITY_OFFERED] = "yes",
		[KERNEL_ABILITY_UNKNOWN] = "failed",
	};
	char on[16], off[16];
	bool bad = a->state == KERNEL_ABILITY_UNKNOWN;

	fprintf(o->file, "  %-15s %s%-6s%s  %s\n", a->name, bad ? out_sgr(o, "31", on) : "", words[a->state],
		bad ? out_sgr(o, "", off) : "", a->detail);
}

/* An ability that could not be tried is neither offered nor missing. */
static void print_ability_json(struct out *o, const struct kernel_ability *a)
{
	struct json_object *obj = json_object_new_object(), *offered = NULL;

	if (a->state != KERNEL_ABILITY_UNKNOWN)
		offered = json_object_new_boolean(a->state == KERNEL_ABILITY_OFFERED);
	json_object_object_add(obj, "type", json_object_new_string("ability"));
	json_object_object_add(obj, "name", json_object_new_string(a->name));
	json_object_object_add(obj, "offered", offered);
	json_object_object_add(obj, "detail", json_object_new_string(a->detail));
	out_json(o, obj);
}

/* Of the tap, not of vhost: its ioctl tells what there is. */
static void try_backpressure(struct kernel_ability *a)
{
	const int r = tap_can_stop();

	*a = (struct kernel_ability){
		.name = "backpressure",
		.state = r < 0 ? KERNEL_ABILITY_UNKNOWN : r ? KERNEL_ABILITY_OFFERED : KERNEL_ABILITY_NOT_OFFERED,
	};
	if (r < 0)
		snprintf(a->detail, sizeof(a->detail), "/dev/net/tun: %s", error_text(r));
	else
		snprintf(a->detail, sizeof(a->detail), "taps %s in place of dropping packets",
			 r ? "can stop" : "cannot stop");
}

static void show_ability(struct out *o, const struct kernel_ability *a)
{
	if (o->json)
		print_ability_json(o, a);
	else
		print_ability(o, a);
}

static void print_abilities(struct out *o)
{
	struct kernel_ability a;

	if (!o->json)
		print_section(o, "Abilities, each tried", NULL);
	for (int id = 0; id < KERNEL_ABILITY_COUNT; id++) {
		kernel_ability_try((enum kernel_ability_id)id, &a);
		show_ability(o, &a);
	}
	try_backpressure(&a);
	show_ability(o, &a);
}

/* A hook is required if it shows decisions: without them tracing is useless. */
static bool hook_required(const struct hook_result *hook)
{
	return hook->shows & (1U << EVENT_CALL);
}

static void print_hook(struct out *o, const struct hook_result *hook)
{
	char on[16], off[16];
	bool failed = !hook->function || hook->why[0], bad = failed && hook_required(hook);

	fprintf(o->file, "  %-15s %s%s%s\n", hook->name, bad ? out_sgr(o, "31", on) : "",
		hook->function ? hook->function : "none", bad ? out_sgr(o, "", off) : "");
	if (!failed)
		return;
	fprintf(o->file, "%*s", 18, "");
	out_wrapped(o, 18, hook->why);
}

static void print_hook_json(struct out *o, const struct hook_result *hook)
{
	struct json_object *obj = json_object_new_object(), *shows = json_object_new_array();

	for (int i = 0; i < EVENT_TYPES; i++)
		if (hook->shows & (1U << i))
			json_object_array_add(shows, json_object_new_string(event_kinds[i].name));
	json_object_object_add(obj, "type", json_object_new_string("hook"));
	json_object_object_add(obj, "name", json_object_new_string(hook->name));
	json_object_object_add(obj, "required", json_object_new_boolean(hook_required(hook)));
	json_object_object_add(obj, "shows", shows);
	json_object_object_add(obj, "function", hook->function ? json_object_new_string(hook->function) : NULL);
	json_object_object_add(obj, "why", hook->why[0] ? json_object_new_string(hook->why) : NULL);
	out_json(o, obj);
}

/* Do all hooks have the same reason? Then nothing can be traced at all, and the reason is printed once. */
static bool same_obstacle(const struct hook_result hooks[TRACE_HOOKS])
{
	for (int i = 0; i < TRACE_HOOKS; i++)
		if (hooks[i].function || strcmp(hooks[i].why, hooks[0].why))
			return false;
	return true;
}

static void print_hooks_text(struct out *o, const struct hook_result hooks[TRACE_HOOKS])
{
	print_section(o, "Tracing hooks, each tried", NULL);
	if (same_obstacle(hooks)) {
		fprintf(o->file, "  %-15s ", "none");
		out_wrapped(o, 18, hooks[0].why);
		return;
	}
	for (int i = 0; i < TRACE_HOOKS; i++)
		print_hook(o, &hooks[i]);
}

static void print_hooks(struct out *o)
{
	struct hook_result hooks[TRACE_HOOKS];
	struct notice notice;

	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, "features", SESSION_DOING);
	hooks_try(hooks);
	notice_end(&notice);
	if (!o->json) {
		print_hooks_text(o, hooks);
		return;
	}
	for (int i = 0; i < TRACE_HOOKS; i++)
		print_hook_json(o, &hooks[i]);
}

static int run_features(const struct cli *cli, const void *arg)
{
	const struct features_opts *opts = arg;
	struct offer offer;
	const struct bit_set sets[] = {
		{ "features", "Features", net_features, offer.features, VHOST_FEATURES_WORDS },
		{ "backend_features", "Backend features", backend_features, offer.backend, 1 },
	};
	struct out o;
	int status;

	status = read_offer(&offer);
	if (status)
		return status;
	out_init(&o, stdout, cli->json, cli->pretty, cli->color);
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		print_bits(&o, &sets[i]);
	print_abilities(&o);
	bpf_programs_verbose(opts->verbose);
	print_hooks(&o);
	return fail_output("features", &o, NULL, out_flush(&o));
}

static const struct opt_group groups[] = { { "Options", features_opts }, { 0 } };

const struct command cmd_features = {
	.name = "features",
	.summary = "show what this kernel's vhost-net offers, and what can be traced",
	.opts = groups,
	.opts_size = sizeof(struct features_opts),
	.defaults = &features_defaults,
	.run = run_features,
};
