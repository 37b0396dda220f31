/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DROP_NAMES_H
#define DROP_NAMES_H

#include "bpf/events.h"
#include "probe/btf-sources.h"

/**
 * drop_names_fill() - what the programs have to know of this kernel to tell drops apart
 * @names: filled in: the names of the reasons, by number: those of enum skb_drop_reason without what is common to all,
 *	   in small letters
 * @btf: where the types are
 * @places: filled in; nothing without the right to read addresses
 */
void drop_names_fill(char names[DROP_REASONS][DROP_REASON_LEN], const struct btf_sources *btf,
		     struct drop_places *places);

#endif
