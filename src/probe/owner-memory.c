// SPDX-License-Identifier: GPL-2.0-or-later
#include "owner-memory.h"

#include <stdint.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/page-tables.h"

int owner_memory_learn(const struct bpf_program *prog)
{
	uint16_t word = 0x5aa5;
	struct page_tables_try try = { (uintptr_t)&word, word };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &try, .ctx_size_in = sizeof(try));
	int err = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);

	return err ? err : (int)opts.retval;
}
