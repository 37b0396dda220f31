// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "probe/vm-name.h"
#include "tap-out.h"

/* Arguments with their lengths, so that a 0 can be anywhere in them. */
#define ARGS(text) text, sizeof(text)
#define CUT(text) text, sizeof(text) - 1

#define X62 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *what, *comm, *args;
	size_t len;
	const char *name;
} args[] = {
	{ "nothing", "", "", 0, "" },
	{ "an empty one", "", ARGS(""), "" },

	{ "QEMU, as libvirt starts it", "qemu-system-x86",
	  ARGS("/usr/bin/qemu-system-x86_64\0-name\0guest=foo,debug-threads=on\0-S\0-m\0001024"), "foo" },
	{ "a bare name", "qemu-kvm", ARGS("qemu-kvm\0-name\0foo"), "foo" },
	{ "a bare name and more", "kvm", ARGS("/usr/bin/kvm\0-name\0foo,debug-threads=on"), "foo" },
	{ "a process name, too", "foo", ARGS("qemu-system-arm\0-name\0guest=foo,process=bar"), "foo" },
	{ "a process name before", "foo", ARGS("qemu-system-arm\0-name\0process=bar,guest=foo"), "foo" },
	{ "only a process name", "foo", ARGS("qemu-system-arm\0-name\0process=bar"), "" },
	{ "two dashes", "", ARGS("qemu-system-x86_64\0--name\0foo"), "foo" },
	{ "a comma", "", ARGS("qemu-system-x86_64\0-name\0guest=a,,b,debug-threads=on"), "a,b" },
	{ "a comma in a bare name", "", ARGS("qemu-system-x86_64\0-name\0a,,b"), "a,b" },
	{ "three commas", "", ARGS("qemu-system-x86_64\0-name\0guest=a,,,process=b"), "a," },
	{ "nothing but a comma", "", ARGS("qemu-system-x86_64\0-name\0,,"), "," },
	{ "a comma at the end", "", ARGS("qemu-system-x86_64\0-name\0guest=a,"), "a" },
	{ "an = in a name", "", ARGS("qemu-system-x86_64\0-name\0guest=a=b"), "a=b" },
	{ "an empty name", "", ARGS("qemu-system-x86_64\0-name\0guest="), "" },
	{ "an empty value", "", ARGS("qemu-system-x86_64\0-name\0"), "" },
	{ "no value", "", ARGS("qemu-system-x86_64\0-name"), "" },
	{ "the last one counts", "", ARGS("qemu-system-x86_64\0-name\0a\0-name\0guest=b"), "b" },
	{ "one behind an image", "", ARGS("qemu-system-x86_64\0disk.img\0-name\0foo"), "foo" },
	{ "one behind flags", "", ARGS("qemu-system-x86_64\0-S\0-enable-kvm\0--preconfig\0-nodefaults\0-name\0foo"),
	  "foo" },
	{ "an option's value", "", ARGS("qemu-system-x86_64\0-append\0-name\0foo"), "" },
	{ "the same, and a name", "", ARGS("qemu-system-x86_64\0-append\0-name\0-name\0foo"), "foo" },
	{ "an image called so", "", ARGS("qemu-system-x86_64\0-drive\0-name\0guest=foo"), "" },
	{ "another option that begins so", "", ARGS("qemu-system-x86_64\0-names\0foo"), "" },
	{ "renamed by its process=", "foo", ARGS("/usr/bin/qemu-system-x86_64\0-name\0foo,process=foo"), "foo" },
	{ "wrapped", ".qemu-system-x8", ARGS("/nix/bin/.qemu-system-x86_64-wrapped\0-name\0foo"), "foo" },
	{ "known by its thread's name", "qemu-system-x86", ARGS("vm\0-name\0foo"), "foo" },
	{ "another program", "grep", ARGS("grep\0-name\0foo"), "" },
	{ "another program, of QEMU's folder", "grep", ARGS("/opt/qemu/bin/grep\0-name\0foo"), "" },
	{ "kvm in a name", "kvmd", ARGS("/usr/bin/kvmd\0-name\0foo"), "" },
	{ "a title in place of the arguments", "qemu-system-x86", ARGS("qemu: -name foo"), "" },

	{ "Firecracker", "firecracker", ARGS("/usr/bin/firecracker\0--id\0vm-1\0--api-sock\0/run/a"), "vm-1" },
	{ "as its jailer starts it", "fc_vcpu", ARGS("firecracker\0--id=vm-1\0--start-time-us=1"), "vm-1" },
	{ "behind others", "firecracker", ARGS("firecracker\0--api-sock\0/run/a\0--id\0vm-1"), "vm-1" },
	{ "no id", "firecracker", ARGS("firecracker\0--api-sock\0/run/a"), "" },
	{ "no value", "firecracker", ARGS("firecracker\0--id"), "" },
	{ "not an option any more", "firecracker", ARGS("firecracker\0--\0--id\0vm-1"), "" },
	{ "another option that begins so", "firecracker", ARGS("firecracker\0--ids=vm-1"), "" },
	{ "QEMU's option", "firecracker", ARGS("firecracker\0-name\0vm-1"), "" },
	{ "its option elsewhere", "qemu-system-x86", ARGS("qemu-system-x86_64\0--id\0vm-1"), "" },
	{ "cloud-hypervisor has none", "cloud-hyperviso", ARGS("cloud-hypervisor\0--id\0vm-1\0-name\0a"), "" },

	{ "63 bytes", "", ARGS("qemu-system-x86_64\0-name\0" X62 "y"), X62 "y" },
	{ "64 bytes", "", ARGS("qemu-system-x86_64\0-name\0" X62 "yz"), X62 "+" },
	{ "200 bytes, and more", "", ARGS("qemu-system-x86_64\0-name\0guest=" X62 X62 X62 ",process=a"), X62 "+" },
	{ "64 bytes of an id", "", ARGS("firecracker\0--id\0" X62 "yz"), X62 "+" },
	{ "any bytes", "", ARGS("qemu-system-x86_64\0-name\0\x1b[m\x9b\n\xff"), "\x1b[m\x9b\n\xff" },
	{ "a name that is not ended", "", CUT("qemu-system-x86_64\0-name\0guest=foo"), "" },
	{ "an option that is not ended", "", CUT("qemu-system-x86_64\0-name\0a\0-na"), "a" },
	{ "nothing but zeroes", "qemu-system-x86", ARGS("\0\0\0\0\0\0\0"), "" },
	{ "all of it not ended", "qemu-system-x86", CUT("-name"), "" },
};

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
#define POD_ "0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9"

static const struct {
	const char *what;
	/* The last part first. */
	const char *groups[VM_GROUPS];
	const char *name;
} groups[] = {
	{ "the root", { NULL }, "" },
	{ "libvirt's scope", { "machine-qemu\\x2d3\\x2dfoo.scope", "machine.slice" }, "foo" },
	{ "QEMU in it", { "emulator", "libvirt", "machine-qemu\\x2d3\\x2dfoo.scope", "machine.slice" }, "foo" },
	{ "a thread in it", { "vcpu12", "libvirt", "machine-qemu\\x2d3\\x2dfoo.scope", "machine.slice" }, "foo" },
	{ "an older libvirt", { "iothread1", "machine-qemu\\x2d3\\x2dfoo.scope", "machine.slice" }, "foo" },
	{ "dashes", { "machine-qemu\\x2d12\\x2da\\x2db\\x2dc.scope", "machine.slice" }, "a-b-c" },
	{ "no domain's number", { "machine-qemu\\x2dfoo.scope", "machine.slice" }, "qemu-foo" },
	{ "a domain without a name", { "machine-qemu\\x2d3\\x2d.scope", "machine.slice" }, "qemu-3-" },
	{ "another machine", { "payload", "machine-web.scope", "machine.slice" }, "web" },
	{ "libvirt without systemd", { "emulator", "qemu-3-foo.libvirt-qemu", "machine" }, "foo" },
	{ "half an escape", { "machine-a\\x2.scope", "machine.slice" }, "a\\x2" },
	{ "an escaped 0", { "machine-a\\x00b.scope", "machine.slice" }, "a\\x00b" },
	{ "not hexadecimal", { "machine-a\\xg0.scope", "machine.slice" }, "a\\xg0" },
	{ "an escape", { "machine-\\x1b\\xff.scope", "machine.slice" }, "\x1b\xff" },

	{ "a pod", { "cri-containerd-" HEX64 ".scope", "kubepods-burstable-pod" POD_ ".slice",
		     "kubepods-burstable.slice", "kubepods.slice" }, POD },
	{ "a guaranteed pod", { "crio-" HEX64 ".scope", "kubepods-pod" POD_ ".slice", "kubepods.slice" }, POD },
	{ "a pod without systemd", { HEX64, "pod" POD, "burstable", "kubepods" }, POD },
	{ "a static pod", { HEX64, "pod0123456789abcdef0123456789abcdef", "kubepods" },
	  "0123456789abcdef0123456789abcdef" },
	{ "a pod in a container", { "cri-containerd-" HEX64 ".scope", "kubepods-burstable-pod" POD_ ".slice",
				    "kubepods.slice", "docker-" HEX64 ".scope", "system.slice" }, POD },
	{ "a VM of libvirt in a pod", { "emulator", "machine-qemu\\x2d1\\x2da.scope",
					"kubepods-pod" POD_ ".slice" }, "a" },
	{ "no pod", { "podcast", "system.slice" }, "podcast" },
	{ "nor one, though hexadecimal", { "podbad", "system.slice" }, "podbad" },

	{ "a container of Docker", { "docker-" HEX64 ".scope", "system.slice" }, "0123456789ab" },
	{ "without systemd", { HEX64, "docker" }, "0123456789ab" },
	{ "a container of Podman", { "container", "libpod-" HEX64 ".scope", "machine.slice" }, "0123456789ab" },
	{ "too short an id", { "docker-0123.scope", "system.slice" }, "docker-0123.scope" },

	{ "a service", { "vm-foo.service", "system.slice" }, "vm-foo.service" },
	{ "an escaped service", { "vm\\x2dfoo.service", "system.slice" }, "vm-foo.service" },
	{ "a group by hand", { "foo" }, "foo" },
	{ "a slice", { "foo.slice" }, "" },
	{ "a slice in a service", { "app.slice", "user@1000.service", "user-1000.slice", "user.slice" }, "" },
	{ "a login", { "session-3.scope", "user-1000.slice", "user.slice" }, "" },
	{ "a user", { "user@1000.service", "user-1000.slice", "user.slice" }, "" },
	{ "a user's application", { "app-foo.scope", "app.slice", "user@1000.service" }, "app-foo.scope" },
	{ "the first process", { "init.scope" }, "" },
	{ "the user's first process", { "init.scope", "user@1000.service" }, "" },
	{ "not only libvirt says emulator", { "emulator", "foo" }, "foo" },
	{ "nothing but that", { "emulator" }, "" },
	{ "not a vCPU's", { "vcpus", "foo" }, "vcpus" },
	{ "63 bytes", { X62 "y" }, X62 "y" },
	{ "64 bytes", { X62 "yz" }, X62 "+" },
	{ "as long as there is room for", { X62 X62 "xyz" }, X62 "+" },
	{ "an empty one", { "" }, "" },
};

static void check_args(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(args); i++) {
		/* Of this size, so that a sanitizer sees what is read beyond. */
		char *copy = malloc(args[i].len + !args[i].len);
		char name[VM_NAME_LEN];

		if (!copy)
			abort();
		memcpy(copy, args[i].args, args[i].len);
		vm_name_from_args(args[i].comm, copy, args[i].len, name);
		if (!ok(!strcmp(name, args[i].name), "arguments: %s", args[i].what))
			diag("got '%s', wanted '%s'", name, args[i].name);
		free(copy);
	}
}

static void check_groups(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		char parts[VM_GROUPS][VM_GROUP_LEN] = { 0 }, name[VM_NAME_LEN];
		size_t count = 0;

		for (; count < VM_GROUPS && groups[i].groups[count]; count++)
			strcpy(parts[count], groups[i].groups[count]);
		vm_name_from_groups((const char (*)[VM_GROUP_LEN])parts, count, name);
		if (!ok(!strcmp(name, groups[i].name), "cgroup: %s", groups[i].what))
			diag("got '%s', wanted '%s'", name, groups[i].name);
	}
}

/* As long as may be, with the option at the end; and cut in it. */
static void check_long(void)
{
	static const char begin[] = "qemu-system-x86_64\0-append", end[] = "\0-name\0foo";
	char *text = malloc(VM_ARGS_MAX), name[VM_NAME_LEN];

	if (!text)
		abort();
	memset(text, 'x', VM_ARGS_MAX);
	memcpy(text, begin, sizeof(begin));
	memcpy(text + VM_ARGS_MAX - sizeof(end), end, sizeof(end));
	ok(!strcmp(vm_name_from_args("", text, VM_ARGS_MAX, name), "foo"), "arguments: long ones");
	ok(!*vm_name_from_args("", text, VM_ARGS_MAX - 1, name), "arguments: long ones that are cut");
	free(text);
}

int main(void)
{
	check_args();
	check_groups();
	check_long();
	return tap_done();
}
