// SPDX-License-Identifier: GPL-2.0-or-later
#include "drop-names.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "base/array.h"

#define PREFIX "SKB_DROP_REASON_"

static void copy_name(char to[DROP_REASON_LEN], const char *name)
{
	size_t i = 0;

	if (!strncmp(name, PREFIX, strlen(PREFIX)))
		name += strlen(PREFIX);
	for (; name[i] && i < DROP_REASON_LEN - 1; i++)
		to[i] = (char)tolower((unsigned char)name[i]);
	to[i] = '\0';
}

static void fill_names(char names[DROP_REASONS][DROP_REASON_LEN], const struct btf *btf)
{
	const __s32 id = btf__find_by_name_kind(btf, "skb_drop_reason", BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
	const struct btf_enum *e = t ? btf_enum(t) : NULL;

	for (__u32 i = 0; t && i < btf_vlen(t); i++)
		if (e[i].val >= 0 && e[i].val < DROP_REASONS)
			copy_name(names[e[i].val], btf__name_by_offset(btf, e[i].name_off));
}

/* The functions of tun.c and tap.c at which packets for a driver are dropped. */
static const struct {
	const char *name;
	enum drop_kind kind;
} functions[] = {
	{ "tun_net_xmit", DROP_TOWARDS_DRIVER }, { "tap_handle_frame", DROP_TOWARDS_DRIVER },
	{ "tun_recvmsg", DROP_DISCARDED }, { "tun_do_read", DROP_DISCARDED },
	{ "tap_recvmsg", DROP_DISCARDED }, { "tap_do_read", DROP_DISCARDED },
};

static void add_place(struct drop_places *places, uint64_t begin, enum drop_kind kind)
{
	for (int i = 0; begin && i < DROP_PLACES; i++)
		if (!places->begin[i]) {
			places->begin[i] = begin;
			places->end[i] = UINT64_MAX;
			places->kind[i] = kind;
			return;
		}
}

/* The compiler may have cut a function into parts: NAME.cold. */
static void add_symbol(struct drop_places *places, uint64_t begin, const char *symbol)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		const size_t len = strlen(functions[i].name);

		if (!strncmp(symbol, functions[i].name, len) && (!symbol[len] || symbol[len] == '.'))
			add_place(places, begin, functions[i].kind);
	}
}

/* A function ends where the next symbol is. */
static void end_places(struct drop_places *places, uint64_t at)
{
	for (int i = 0; i < DROP_PLACES; i++)
		if (places->begin[i] && at > places->begin[i] && at < places->end[i])
			places->end[i] = at;
}

static void read_symbols(struct drop_places *places, FILE *f, bool ends)
{
	char symbol[128], line[256];
	uint64_t at;

	rewind(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNx64 " %*c %127s", &at, symbol) != 2)
			continue;
		if (ends)
			end_places(places, at);
		else
			add_symbol(places, at, symbol);
	}
}

void drop_names_fill(char names[DROP_REASONS][DROP_REASON_LEN], const struct btf_sources *btf,
		     struct drop_places *places)
{
	FILE *f = fopen("/proc/kallsyms", "re");

	fill_names(names, btf->kernel);
	*places = (struct drop_places){ 0 };
	if (!f)
		return;
	read_symbols(places, f, false);
	if (places->begin[0])
		read_symbols(places, f, true);
	fclose(f);
}
