// SPDX-License-Identifier: GPL-2.0-or-later
#include "btf-excerpt.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "base/array.h"

/**
 * struct names - the names that are wanted
 * @list: in alphabetical order; the strings belong to the object's BTF
 * @count: how many
 * @room: size of @list
 * @lengths: bits of the lengths of names, by first letter: a quick check, since nearly no name is wanted
 */
struct names {
	struct name {
		const char *text;
		size_t len;
		bool found;
	} *list;
	size_t count, room;
	uint64_t lengths[256];
};

/**
 * struct copier - copies types from one BTF
 * @to: the excerpt
 * @from: a BTF of struct btf_sources
 * @first: number of its first own type; those before are the kernel's
 * @ids: number in the excerpt, by own type; 0: not copied
 * @kernel: for a module: the kernel's copier; else NULL
 */
struct copier {
	struct btf *to;
	const struct btf *from;
	uint32_t first;
	int *ids;
	struct copier *kernel;
};

static bool has_name(const struct btf_type *t)
{
	return t->name_off && (btf_is_composite(t) || btf_is_any_enum(t));
}

/* "type___flavor" stands for "type", as in libbpf. */
static size_t essential_len(const char *name)
{
	const char *flavor = strstr(name, "___");

	return flavor && flavor != name ? (size_t)(flavor - name) : strlen(name);
}

static uint64_t length_bit(size_t len)
{
	return UINT64_C(1) << (len < 63 ? len : 63);
}

static int compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = strncmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

static int add_name(struct names *n, const char *text)
{
	struct name *list = array_grow(n->list, &n->room, n->count + 1, sizeof(*list));
	size_t len = essential_len(text);

	if (!list)
		return -ENOMEM;
	n->list = list;
	n->list[n->count++] = (struct name){ .text = text, .len = len };
	n->lengths[(unsigned char)*text] |= length_bit(len);
	return 0;
}

static int collect_names(struct names *n, const struct btf *object)
{
	for (uint32_t id = 1; id < btf__type_cnt(object); id++) {
		const struct btf_type *t = btf__type_by_id(object, id);
		int err = has_name(t) ? add_name(n, btf__name_by_offset(object, t->name_off)) : 0;

		if (err)
			return err;
	}
	if (n->count)
		qsort(n->list, n->count, sizeof(*n->list), compare_names);
	return 0;
}

static struct name *find_name(const struct names *n, const char *text)
{
	struct name name = { .text = text };

	if (!n->lengths[(unsigned char)*text])
		return NULL;
	name.len = essential_len(text);
	if (!(n->lengths[(unsigned char)*text] & length_bit(name.len)))
		return NULL;
	return bsearch(&name, n->list, n->count, sizeof(name), compare_names);
}

static int copy_type(struct copier *c, uint32_t id);

/* Copy the types of members first: a type refers to types before it. */
static int copy_members(struct copier *c, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	for (int i = 0; i < btf_vlen(t); i++) {
		int id = copy_type(c, m[i].type);

		if (id < 0)
			return id;
	}
	return 0;
}

static int copy_composite(struct copier *c, const struct btf_type *t, const char *name)
{
	const struct btf_member *m = btf_members(t);
	int err = copy_members(c, t), id;

	if (err)
		return err;
	id = btf_is_struct(t) ? btf__add_struct(c->to, name, t->size) : btf__add_union(c->to, name, t->size);
	for (int i = 0; id > 0 && !err && i < btf_vlen(t); i++)
		err = btf__add_field(c->to, btf__name_by_offset(c->from, m[i].name_off), copy_type(c, m[i].type),
				     btf_member_bit_offset(t, i), btf_member_bitfield_size(t, i));
	return err ? err : id;
}

static int copy_array(struct copier *c, const struct btf_type *t)
{
	const struct btf_array *a = btf_array(t);
	int index = copy_type(c, a->index_type), element = index < 0 ? index : copy_type(c, a->type);

	return element < 0 ? element : btf__add_array(c->to, index, element, a->nelems);
}

/* Copy a typedef, or only the type behind a modifier: const and so on do not change the layout. */
static int copy_modified(struct copier *c, const struct btf_type *t, const char *name)
{
	int id = copy_type(c, t->type);

	return id < 0 || !btf_is_typedef(t) ? id : btf__add_typedef(c->to, name, id);
}

static int add_copy(struct copier *c, const struct btf_type *t)
{
	const char *name = btf__name_by_offset(c->from, t->name_off);

	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return btf__add_int(c->to, name, t->size, btf_int_encoding(t));
	case BTF_KIND_FLOAT:
		return btf__add_float(c->to, name, t->size);
	case BTF_KIND_PTR:
		return btf__add_ptr(c->to, 0);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return btf__add_enum(c->to, name, t->size);
	case BTF_KIND_ARRAY:
		return copy_array(c, t);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return copy_composite(c, t, name);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return copy_modified(c, t, name);
	default:
		return -EPROTO;
	}
}

/* Copy a type into the excerpt, unless it is there already. Return: its number there, or -errno. */
static int copy_type(struct copier *c, uint32_t id)
{
	int *copy;

	if (!id)
		return 0;
	if (id < c->first)
		return copy_type(c->kernel, id);
	copy = &c->ids[id - c->first];
	if (!*copy)
		*copy = add_copy(c, btf__type_by_id(c->from, id));
	return *copy;
}

/* Copy the wanted types. @module: of a module, without the names that the kernel has. */
static int copy_wanted(struct copier *c, const struct names *n, bool module)
{
	for (uint32_t id = c->first; id < btf__type_cnt(c->from); id++) {
		const struct btf_type *t = btf__type_by_id(c->from, id);
		struct name *name = has_name(t) ? find_name(n, btf__name_by_offset(c->from, t->name_off)) : NULL;
		int copy;

		if (!name || (module && name->found))
			continue;
		name->found |= !module;
		copy = copy_type(c, id);
		if (copy < 0)
			return copy;
	}
	return 0;
}

static int copy_from(struct copier *c, const struct names *n, bool module)
{
	c->ids = calloc(btf__type_cnt(c->from) - c->first, sizeof(*c->ids));
	return c->ids ? copy_wanted(c, n, module) : -ENOMEM;
}

static int copy_all(struct btf *to, const struct btf_sources *b, const struct names *n)
{
	struct copier kernel = { .to = to, .from = b->kernel, .first = 1 };
	int err = copy_from(&kernel, n, false);

	for (int i = 0; !err && i < BTF_MODULES; i++) {
		struct copier module = {
			.to = to, .from = b->modules[i].btf, .first = btf__type_cnt(b->kernel), .kernel = &kernel,
		};

		if (!module.from)
			continue;
		err = copy_from(&module, n, true);
		free(module.ids);
	}
	free(kernel.ids);
	return err;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

static int write_btf(const struct btf_excerpt *e, const struct btf *btf)
{
	__u32 size;
	const void *data = btf__raw_data(btf, &size);

	return data ? write_all(e->fd, data, size) : -ENOMEM;
}

int btf_excerpt_open(struct btf_excerpt *e)
{
	e->fd = memfd_create("vhostctl-btf", MFD_CLOEXEC);
	if (e->fd < 0)
		return -errno;
	snprintf(e->path, sizeof(e->path), "/proc/self/fd/%d", e->fd);
	return 0;
}

int btf_excerpt_write(const struct btf_excerpt *e, const struct btf_sources *b, const struct btf *object)
{
	struct names names = { 0 };
	struct btf *btf = btf__new_empty();
	int err = btf ? 0 : -errno;

	if (!err)
		err = collect_names(&names, object);
	if (!err)
		err = copy_all(btf, b, &names);
	if (!err)
		err = write_btf(e, btf);
	free(names.list);
	btf__free(btf);
	return err;
}

void btf_excerpt_close(struct btf_excerpt *e)
{
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
}
