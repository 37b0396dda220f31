// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables, see user-memory.bpf.h: those of x86-64, whatever the number of levels, the place of the direct map and
 * the bits that memory encryption takes.
 */
#include <linux/bpf.h>

#include <asm-generic/errno.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "page-tables.h"
#include "types.bpf.h"
#include "user-memory.bpf.h"

/* Bits of an entry: arch/x86/include/asm/pgtable_types.h. */
#define ENTRY_PRESENT (1ULL << 0)
#define ENTRY_LARGE (1ULL << 7)
/* Without ENTRY_PRESENT: resident, but each access is to fault. The address is inverted. */
#define ENTRY_PROTNONE (1ULL << 8)
#define ENTRY_ADDRESS 0x000ffffffffff000ULL

#define PAGE_SHIFT 12
#define TABLE_BITS 9
#define TABLE_MASK ((1 << TABLE_BITS) - 1)
#define LEVELS_MAX 5
/* The highest level with large pages: 1 GiB. */
#define LARGE_SHIFT_MAX 30

/*
 * How to read page tables on this kernel. User space cannot write to the map: otherwise a process that has given up its
 * capabilities could change it, and read any memory.
 */
struct page_tables {
	__u64 direct_map;		/* page_offset_base */
	__u64 address_bits;		/* of an entry */
	__u32 top_shift;		/* of the highest level; 0: nothing is known */
	__u32 nodes;			/* nr_node_ids: NUMA nodes that there can be */
	__u64 node_data;		/* of each a struct pglist_data *, or NULL; 0: not known */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct page_tables);
} page_tables SEC(".maps");

static __always_inline struct page_tables *tables(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&page_tables, &zero);
}

static __always_inline bool is_page(__u64 entry, __u32 shift)
{
	return shift == PAGE_SHIFT || (shift <= LARGE_SHIFT_MAX && (entry & ENTRY_LARGE));
}

/* The kernel's address of @addr, whose page has this entry. */
static __always_inline __u64 page_address(const struct page_tables *t, __u64 entry, __u32 shift, __u64 addr)
{
	__u64 offset = addr & ((1ULL << shift) - 1);
	__u64 page = (entry & ENTRY_PRESENT ? entry : ~entry) & t->address_bits;

	return t->direct_map + (page >> shift << shift) + offset;
}

__noinline __u64 find_page(__u64 mm_address, __u64 addr, __u32 faulting)
{
	struct mm_struct *mm = (void *)mm_address;
	struct page_tables *t = tables();
	__u64 table, entry;
	__u32 shift;

	/* The upper half of the tables is the kernel's. */
	if (!t || !t->top_shift || addr >> (t->top_shift + TABLE_BITS - 1))
		return PAGE_AWAY;
	table = (__u64)BPF_CORE_READ(mm, pgd);
	shift = t->top_shift;
	for (int i = 0; i < LEVELS_MAX; i++) {
		void *at = (void *)(table + (addr >> shift & TABLE_MASK) * sizeof(entry));

		if (bpf_probe_read_kernel(&entry, sizeof(entry), at))
			return PAGE_AWAY;
		if (!entry)
			return PAGE_NEVER;
		if (!(entry & ENTRY_PRESENT) && !(faulting && (entry & ENTRY_PROTNONE)))
			return PAGE_AWAY;
		if (is_page(entry, shift))
			return page_address(t, entry, shift, addr);
		table = t->direct_map + (entry & t->address_bits);
		shift -= TABLE_BITS;
	}
	return PAGE_AWAY;
}

/* @len: 1 or 2; the bytes are in one page */
static __always_inline int read_piece(void *to, __u32 len, __u64 mm, __u64 addr, __u32 faulting)
{
	__u64 page = find_page(mm, addr, faulting);

	if (page < PAGE_RESULTS || bpf_probe_read_kernel(to, len, (void *)page) ||
	    find_page(mm, addr, faulting) != page)
		return -EFAULT;
	return 0;
}

__noinline int read_user_word(__u64 mm, __u64 addr, __u32 faulting, __u16 *value)
{
	__u8 word[2] = {};
	int err;

	/* An IOTLB may map a ring to any address. */
	if ((addr + 1) >> PAGE_SHIFT == addr >> PAGE_SHIFT) {
		err = read_piece(word, 2, mm, addr, faulting);
	} else {
		err = read_piece(word, 1, mm, addr, faulting);
		if (!err)
			err = read_piece(word + 1, 1, mm, addr + 1, faulting);
	}
	if (!err && value)
		__builtin_memcpy(value, word, sizeof(word));
	return err;
}

/**
 * struct node_search - a walk through the NUMA nodes
 * @node_data: as in struct page_tables
 * @frame: number of the page
 * @node: the node that has it; -1: none so far
 * @count: how many nodes have it
 */
struct node_search {
	__u64 node_data;
	__u64 frame;
	__s32 node;
	__u32 count;
};

static long see_node(__u32 i, struct node_search *s)
{
	struct pglist_data *node = NULL;

	bpf_probe_read_kernel(&node, sizeof(node), (void *)(s->node_data + i * sizeof(node)));
	if (node && s->frame - BPF_CORE_READ(node, node_start_pfn) < BPF_CORE_READ(node, node_spanned_pages)) {
		s->node = i;
		s->count++;
	}
	return 0;
}

__noinline int page_node(__u64 page)
{
	struct page_tables *t = tables();
	struct node_search s = { .node = -1 };

	if (!t || page < PAGE_RESULTS)
		return -1;
	if (t->nodes == 1)
		return 0;
	s.node_data = t->node_data;
	s.frame = (page - t->direct_map) >> PAGE_SHIFT;
	if (s.node_data)
		bpf_loop(t->nodes, see_node, &s, 0);
	return s.count == 1 ? s.node : -1;
}

/* Read a variable of the kernel. @value stays as it is if the kernel has none of that name. Return: 0 or -errno. */
#define read_variable(name, value) ({							\
	static const char name_[] = name;						\
	__u64 at_ = 0;									\
	long err_ = bpf_kallsyms_lookup_name(name_, sizeof(name_), 0, &at_);		\
											\
	err_ ? err_ == -ENOENT ? 0 : err_ : bpf_probe_read_kernel(value, sizeof(*(value)), (void *)at_); \
})

/* Find out where the NUMA nodes are. A kernel without the variable has one node. */
static __always_inline void learn_nodes(struct page_tables *t)
{
	static const char node_data[] = "node_data";
	__u64 at = 0;

	t->nodes = 1;
	if (read_variable("nr_node_ids", &t->nodes) || bpf_kallsyms_lookup_name(node_data, sizeof(node_data), 0, &at))
		at = 0;
	t->node_data = at;
}

/*
 * Find out how to read page tables, and try it on a word of the caller's own. A kernel without one of the variables has
 * the constant instead.
 */
SEC("syscall")
int learn_page_tables(struct page_tables_try *ctx)
{
	__u64 direct_map = 0xffff888000000000ULL, address_bits = ~0ULL;
	struct page_tables *t = tables();
	__u32 top_shift = 39;
	__u16 word = 0;
	long err;

	if (!t)
		return -EINVAL;
	err = read_variable("page_offset_base", &direct_map);
	err = err ? err : read_variable("physical_mask", &address_bits);
	err = err ? err : read_variable("pgdir_shift", &top_shift);
	if (err)
		return err;
	t->direct_map = direct_map;
	t->address_bits = address_bits & ENTRY_ADDRESS;
	t->top_shift = top_shift;
	learn_nodes(t);
	err = read_user_word((__u64)BPF_CORE_READ(bpf_get_current_task_btf(), mm), ctx->address, 0, &word);
	if (!err && word == ctx->word)
		return 0;
	t->top_shift = 0;
	return -EOPNOTSUPP;
}
