// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"

/**
 * struct args - the rest of the arguments
 * @at: the next one
 * @end: behind the last byte
 */
struct args {
	const char *at, *end;
};

/* Return: the next argument; NULL at the end, or if it is not ended by 0. */
static const char *next_arg(struct args *a)
{
	const char *arg = a->at, *end = memchr(arg, 0, (size_t)(a->end - arg));

	if (!end)
		return NULL;
	a->at = end + 1;
	return arg;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* qemu-system-x86_64, qemu-kvm, Debian's kvm; NixOS has .qemu-system-x86_64-wrapped. */
static bool is_qemu(const char *name)
{
	return strstr(name, "qemu") || !strcmp(name, "kvm");
}

static bool is_firecracker(const char *name)
{
	return strstr(name, "firecracker");
}

/* Copy @len bytes of a name. */
static void set_name(char name[VM_NAME_LEN], const char *text, size_t len)
{
	if (len < VM_NAME_LEN)
		snprintf(name, VM_NAME_LEN, "%.*s", (int)len, text);
	else
		snprintf(name, VM_NAME_LEN, "%.*s+", VM_NAME_LEN - 2, text);
}

/*
 * Copy a value up to its comma; ",," stands for one that belongs to it. Return: what follows the comma, or NULL at the
 * end.
 */
static const char *copy_value(const char *from, char name[VM_NAME_LEN])
{
	char value[VM_NAME_LEN + 1];
	size_t len = 0;

	for (; *from; from++) {
		if (*from == ',' && *++from != ',')
			break;
		if (len < sizeof(value))
			value[len++] = *from;
	}
	if (name)
		set_name(name, value, len);
	return *from ? from : NULL;
}

/* As QEMU reads it: the name is the value of "guest", or the first one without a key. */
static void take_option(const char *option, char name[VM_NAME_LEN])
{
	static const char key[] = "guest=";
	const char *rest = option;

	while (rest) {
		if (begins(rest, key))
			rest = copy_value(rest + strlen(key), name);
		else
			rest = copy_value(rest, rest == option && rest[strcspn(rest, "=,")] != '=' ? name : NULL);
	}
}

/* QEMU's options without an argument, of 2.0 to 10.0; all others have one, which may look like an option. */
static bool is_flag(const char *option)
{
	static const char *const flags[] = {
		"S", "alt-grab", "async-teardown", "audio-help", "ctrl-grab", "curses", "daemonize", "enable-fips",
		"enable-hax", "enable-hvf", "enable-kvm", "enable-sync-profile", "enable-whpx", "full-screen", "h",
		"help", "localtime", "mem-prealloc", "no-acpi", "no-fd-bootchk", "no-frame", "no-hpet", "no-kvm",
		"no-kvm-irqchip", "no-kvm-pit", "no-kvm-pit-reinjection", "no-quit", "no-reboot", "no-shutdown",
		"no-user-config", "nodefaults", "nodefconfig", "nographic", "old-param", "one-insn-per-tb",
		"only-migratable", "portrait", "preconfig", "rtc-td-hack", "s", "sdl", "semihosting",
		"show-cursor", "singlestep", "snapshot", "tdf", "usb", "version", "win2k-hack", "xen-attach",
		"xen-domid-restrict",
	};

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (!strcmp(option, flags[i]))
			return true;
	return false;
}

static void find_qemu(struct args *a, char name[VM_NAME_LEN])
{
	const char *arg, *value;

	while ((arg = next_arg(a))) {
		/* A disk image. */
		if (*arg != '-')
			continue;
		arg += arg[1] == '-' ? 2 : 1;
		value = is_flag(arg) ? NULL : next_arg(a);
		if (value && !strcmp(arg, "name"))
			take_option(value, name);
	}
}

/* Behind "--" are no options. */
static void find_firecracker(struct args *a, char name[VM_NAME_LEN])
{
	static const char option[] = "--id", joined[] = "--id=";
	const char *arg, *value;

	while ((arg = next_arg(a)) && strcmp(arg, "--")) {
		value = begins(arg, joined) ? arg + strlen(joined) : strcmp(arg, option) ? NULL : next_arg(a);
		if (value)
			set_name(name, value, strlen(value));
	}
}

const char *vm_name_from_args(const char *comm, const char *args, size_t len, char name[VM_NAME_LEN])
{
	struct args a = { args, args + len };
	const char *first = next_arg(&a), *file = first ? file_name(first) : "";

	*name = 0;
	if (is_qemu(file) || is_qemu(comm))
		find_qemu(&a, name);
	else if (is_firecracker(file) || is_firecracker(comm))
		find_firecracker(&a, name);
	return name;
}

static bool ends(const char *text, const char *with)
{
	const size_t len = strlen(text), n = strlen(with);

	return len >= n && !strcmp(text + len - n, with);
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Decode systemd's \xNN. */
static void unescape(const char *from, char to[VM_GROUP_LEN])
{
	while (*from) {
		int high = begins(from, "\\x") ? hex_digit(from[2]) : -1, low = high < 0 ? -1 : hex_digit(from[3]);

		if (low >= 0 && high + low) {
			*to++ = (char)(high << 4 | low);
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = 0;
}

/* libvirt's own processes and threads for a VM are in groups below that of the VM. */
static bool is_below_vm(const char *group)
{
	static const char *const threads[] = { "vcpu", "iothread" };

	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		const char *number = group + strlen(threads[i]);

		if (begins(group, threads[i]) && *number && !number[strspn(number, "0123456789")])
			return true;
	}
	return !strcmp(group, "libvirt") || !strcmp(group, "emulator");
}

/* Copy the part between @before and @after, if the group's name is so. */
static bool is_between(const char *group, const char *before, const char *after, char part[VM_GROUP_LEN])
{
	if (!begins(group, before) || !ends(group, after) || strlen(group) <= strlen(before) + strlen(after))
		return false;
	snprintf(part, VM_GROUP_LEN, "%.*s", (int)(strlen(group) - strlen(before) - strlen(after)),
		 group + strlen(before));
	return true;
}

/* A machine of systemd; libvirt's are qemu-NUMBER-NAME. Without systemd, libvirt's group ends with .libvirt-qemu. */
static bool name_machine(const char *group, char name[VM_NAME_LEN])
{
	char part[VM_GROUP_LEN], text[VM_GROUP_LEN];
	const char *domain = text;

	if (!is_between(group, "machine-", ".scope", part) && !is_between(group, "", ".libvirt-qemu", part))
		return false;
	unescape(part, text);
	if (begins(text, "qemu-")) {
		const char *number = text + strlen("qemu-"), *dash = number + strspn(number, "0123456789");

		if (dash > number && *dash == '-' && dash[1])
			domain = dash + 1;
	}
	set_name(name, domain, strlen(domain));
	return true;
}

/* The UID of a static pod is a hash of its description; others have dashes, too. */
#define POD_UID_MIN 32

/* A pod of Kubernetes: kubepods-CLASS-podUID.slice, in which "_" stands for the UID's "-"; or kubepods/CLASS/podUID. */
static bool name_pod(const char *group, char name[VM_NAME_LEN])
{
	const char *uid = begins(group, "kubepods") ? strstr(group, "-pod") : NULL;
	char part[VM_GROUP_LEN];

	if (!(uid && is_between(uid, "-pod", ".slice", part)) && !is_between(group, "pod", "", part))
		return false;
	if (strlen(part) < POD_UID_MIN || part[strspn(part, "0123456789abcdef-_")])
		return false;
	for (char *c = part; *c; c++)
		if (*c == '_')
			*c = '-';
	set_name(name, part, strlen(part));
	return true;
}

/* Length of a container's id, and how much of it its engine shows. */
#define CONTAINER_ID 64
#define CONTAINER_ID_SHORT 12

/* A container: ENGINE-ID.scope, or ID. */
static bool name_container(const char *group, char name[VM_NAME_LEN])
{
	char part[VM_GROUP_LEN];
	const char *id = group;

	if (is_between(group, "", ".scope", part))
		id = strrchr(part, '-') ? strrchr(part, '-') + 1 : "";
	if (strlen(id) != CONTAINER_ID || strspn(id, "0123456789abcdef") != CONTAINER_ID)
		return false;
	set_name(name, id, CONTAINER_ID_SHORT);
	return true;
}

/* Any other group, unless it is one of those that a host has without any VM. */
static bool name_other(const char *group, char name[VM_NAME_LEN])
{
	char text[VM_GROUP_LEN];

	if (is_below_vm(group))
		return false;
	if (ends(group, ".slice") || !strcmp(group, "init.scope") || is_between(group, "session-", ".scope", text) ||
	    is_between(group, "user@", ".service", text))
		return true;
	unescape(group, text);
	set_name(name, text, strlen(text));
	return true;
}

const char *vm_name_from_groups(const char (*groups)[VM_GROUP_LEN], size_t count, char name[VM_NAME_LEN])
{
	/* The most telling first. */
	static bool (*const kinds[])(const char *group, char name[VM_NAME_LEN]) = {
		name_machine, name_pod, name_container, name_other,
	};

	*name = 0;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (size_t i = 0; i < count; i++)
			if (kinds[k](groups[i], name))
				return name;
	return name;
}
