/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VM_NAME_H
#define VM_NAME_H

#include <stddef.h>

#include "bpf/vm-source.h"

/**
 * DOC: the name of the VM that a process runs
 *
 * QEMU and Firecracker are told a name by an argument; of others, and without such an argument, the cgroup tells one:
 * libvirt's scope, a pod, a container, a service. A name of VM_NAME_LEN bytes or more is cut, and ends with "+" then.
 */

/**
 * vm_name_from_args() - the name that a VMM was given
 * @comm: name of the process
 * @args: its arguments, each ended by 0; any bytes. One that is not ended was cut, and does not count
 * @len: bytes of @args
 * @name: filled in; empty if there is none
 *
 * Only the arguments of QEMU and Firecracker have a meaning here: either @comm or the file name in the first argument
 * has to be such as theirs.
 *
 * Return: @name.
 */
const char *vm_name_from_args(const char *comm, const char *args, size_t len, char name[VM_NAME_LEN]);

/**
 * vm_name_from_groups() - the name that a cgroup tells
 * @groups: the parts of its path, the last one first; any bytes
 * @count: number of @groups
 * @name: filled in; empty if the cgroup tells nothing: the root, a login's or a user's, a slice
 *
 * Return: @name.
 */
const char *vm_name_from_groups(const char (*groups)[VM_GROUP_LEN], size_t count, char name[VM_NAME_LEN]);

#endif
