/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGE_TABLES_H
#define PAGE_TABLES_H

#include <linux/types.h>

/**
 * struct page_tables_try - a word of the caller's memory, by which learn_page_tables() is tried
 * @address: where it is, in memory that was touched
 * @word: its value
 *
 * The program returns 0 or -errno: -EPERM if kernel.kptr_restrict hides the kernel's addresses, or CAP_SYSLOG is
 * missing; -EOPNOTSUPP if the page tables are not as expected.
 */
struct page_tables_try {
	__u64 address;
	__u64 word;
};

#endif
