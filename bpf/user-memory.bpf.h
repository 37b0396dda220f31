/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef USER_MEMORY_BPF_H
#define USER_MEMORY_BPF_H

#include <linux/types.h>

/**
 * DOC: a process's memory, without ever waiting for the process
 *
 * A copy from user memory may have to wait: for a page that a FUSE or NFS server or a userfaultfd has to bring, and
 * their answer may never come. So these functions take no page fault at all. They look up the page in the page tables
 * as the processor does, and read it through the kernel's direct map of all memory. A page that is not resident is not
 * read.
 *
 * The tables may change meanwhile, and even be freed and used for something else. So after a page was read it is looked
 * up again, from the top: if the tables lead to it again, it was the process's page.
 *
 * Programs use addresses that the kernel gives (vq->avail, for example), never one that user space has chosen: a
 * process that has given up its capabilities can still read an iterator.
 */

/* Results of find_page() that are no addresses. */
enum {
	PAGE_NEVER,		/* the tables have no entry: nothing is mapped, or it was never touched */
	PAGE_AWAY,		/* not resident: swapped out, for example; or not to be read */
	PAGE_RESULTS,
};

/**
 * find_page() - look up a user address in page tables
 * @mm: address of the struct mm_struct
 * @addr: the user address
 * @faulting: not 0: also a page of which each access is to fault. NUMA balancing does that to any page for a while; in
 *	      a mapping with PROT_NONE all pages are so. The caller knows that the mapping is not such a one
 *
 * Return: the address at which the kernel has the same memory, up to the end of the page, PAGE_NEVER or PAGE_AWAY.
 */
__u64 find_page(__u64 mm, __u64 addr, __u32 faulting);

/**
 * read_user_word() - read a 16-bit word of a process
 * @mm: address of its struct mm_struct
 * @addr: address of the word; its halves may be in different pages
 * @faulting: see find_page()
 * @value: filled in, if the word was read
 *
 * Return: 0, or -EFAULT if the page is not resident.
 */
int read_user_word(__u64 mm, __u64 addr, __u32 faulting, __u16 *value);

/**
 * page_node() - the NUMA node of a page
 * @page: an address that find_page() has found
 *
 * It is the node in whose range the page is. Where ranges overlap, that says nothing.
 *
 * Return: the number of the node, or -1: not known.
 */
int page_node(__u64 page);

#endif
