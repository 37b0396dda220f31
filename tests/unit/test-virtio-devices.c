// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices as sysfs has them: found, in order, with all that is there of each. Interrupt lines likewise.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inspect/irq-lines.h"
#include "inspect/virtio-devices.h"
#include "tap-out.h"

static char root[] = "/tmp/test-virtio-devices.XXXXXX";

/* Make a directory below the root, with those above it. */
static void make_dir(const char *path)
{
	char all[PATH_MAX];

	snprintf(all, sizeof(all), "%s/%s", root, path);
	for (char *p = all + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(all, 0755);
		*p = '/';
	}
	mkdir(all, 0755);
}

static void make_file(const char *path, const char *text)
{
	char all[PATH_MAX];
	FILE *f;

	snprintf(all, sizeof(all), "%s/%s", root, path);
	f = fopen(all, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static void make_link(const char *path, const char *target)
{
	char all[PATH_MAX];

	snprintf(all, sizeof(all), "%s/%s", root, path);
	if (symlink(target, all))
		diag("%s: %s", all, strerror(errno));
}

/* A device of PCI, with its link in the directory of the bus. */
static void make_device(const char *name, const char *address, const char *id, const char *driver)
{
	char path[PATH_MAX], target[PATH_MAX];

	snprintf(path, sizeof(path), "devices/pci/%s/%s", address, name);
	make_dir(path);
	snprintf(path, sizeof(path), "devices/pci/%s/%s/device", address, name);
	make_file(path, id);
	snprintf(path, sizeof(path), "bus/%s", name);
	snprintf(target, sizeof(target), "../devices/pci/%s/%s", address, name);
	make_link(path, target);
	if (!driver)
		return;
	snprintf(path, sizeof(path), "devices/pci/%s/%s/driver", address, name);
	snprintf(target, sizeof(target), "../../../../drivers/%s", driver);
	make_link(path, target);
}

static void make_tree(void)
{
	make_dir("bus");
	make_device("virtio10", "0000:00:09.0", "0x0009\n", "9pnet_virtio");
	make_file("devices/pci/0000:00:09.0/virtio10/mount_tag", "root");
	make_device("virtio2", "0000:00:02.0", "0x0001\n", "virtio_net");
	make_dir("devices/pci/0000:00:02.0/virtio2/net/eth0");
	make_file("devices/pci/0000:00:02.0/virtio2/net/eth0/flags", "0x1002\n");
	make_device("virtio3", "0000:00:03.0", "0x0001\n", "virtio_net");
	make_dir("devices/pci/0000:00:03.0/virtio3/net/eth1");
	make_file("devices/pci/0000:00:03.0/virtio3/net/eth1/flags", "0x1003\n");
	make_device("virtio4", "0000:00:04.0", "0x0002\n", "virtio_blk");
	make_dir("devices/pci/0000:00:04.0/virtio4/block/vda");
	make_device("virtio5", "0000:00:05.0", "0x0004\n", NULL);
	make_device("virtio7", "0000:00:07.0", "0x0001\n", "virtio_net");
	make_device("virtio8", "0000:00:08.0", "0x0001\n", NULL);
	make_link("bus/virtio6", "../devices/pci/gone/virtio6");
}

static void make_line(const char *number, const char *actions)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "irq/%s", number);
	make_dir(path);
	snprintf(path, sizeof(path), "irq/%s/actions", number);
	make_file(path, actions);
}

static bool is_line(const struct irq_lines *l, const char *device, const char *queue, uint32_t number)
{
	enum irq_users users;
	const struct irq_line *line = irq_lines_find(l, device, queue, &users);

	return number ? line && line->number == number : !line;
}

static void test_lines(const char *irq)
{
	char cut[2 * IRQ_ACTIONS_LEN];
	enum irq_users users[3];
	struct irq_lines l;

	make_line("0", "timer\n");
	make_line("5", "\n");
	make_line("24", "virtio2-config\n");
	make_line("25", "virtio2-input.0\n");
	make_line("26", "virtio2-input.01\n");
	make_line("27", "virtio3-virtqueues\n");
	make_line("11", "ahci,virtio4,uhci\n");
	make_dir("irq/12");
	make_line("30", "virtio6-input\n");
	make_line("31", "virtio6-control-i\n");
	make_line("32", "virtio6-input\n");
	snprintf(cut, sizeof(cut), "%0*d,virtio8-req.01\n", IRQ_ACTIONS_LEN - 15, 0);
	make_line("33", cut);
	ok(!irq_lines_scan(&l, irq) && l.count == 10, "lines that have a handler");
	ok(is_line(&l, "virtio2", "input.0", 25) && is_line(&l, "virtio2", "input.01", 26), "a line for each queue");
	ok(is_line(&l, "virtio3", "input.0", 27) && is_line(&l, "virtio3", "output.0", 27), "one for all of them");
	ok(is_line(&l, "virtio4", "req.0", 11), "one shared with other devices");
	ok(irq_lines_find(&l, "virtio2", "input.0", &users[0]) && irq_lines_find(&l, "virtio3", "input.0", &users[1]) &&
	   irq_lines_find(&l, "virtio4", "req.0", &users[2]) && users[0] == IRQ_OF_QUEUE &&
	   users[1] == IRQ_OF_DEVICE && users[2] == IRQ_SHARED, "and who has each");
	ok(is_line(&l, "virtio2", "output.0", 0) && is_line(&l, "virtio", "4", 0) && is_line(&l, "virtio5", "req.0", 0),
	   "none");
	ok(is_line(&l, "virtio6", "input", 0) && is_line(&l, "virtio6", "control-i", 31), "several of one name");
	ok(is_line(&l, "virtio8", "req.0", 0) && is_line(&l, "virtio8", "req.", 0), "a name that does not fit");
	irq_lines_free(&l);
}

static bool is_device(const struct virtio_device_info *d, const char *name, uint32_t id, const char *driver,
		      const char *label, const char *address)
{
	return d && !strcmp(d->name, name) && d->id == id && !strcmp(d->driver, driver) && !strcmp(d->label, label) &&
	       !strcmp(d->address, address);
}

static void test_scan(const char *bus)
{
	const struct virtio_device_info *d;
	struct virtio_devices v;
	int err = virtio_devices_scan(&v, bus);

	if (!ok(!err && v.count == 7, "seven devices: a link to nothing is left out")) {
		diag("%d, %zu devices", err, v.count);
		return;
	}
	d = v.all;
	ok(is_device(&d[0], "virtio2", 1, "virtio_net", "eth0", "0000:00:02.0") && d[0].down, "an interface, down");
	ok(is_device(&d[1], "virtio3", 1, "virtio_net", "eth1", "0000:00:03.0") && !d[1].down, "one that is up");
	ok(is_device(&d[2], "virtio4", 2, "virtio_blk", "vda", "0000:00:04.0") && !d[2].down, "a disk");
	ok(is_device(&d[3], "virtio5", 4, "", "", "0000:00:05.0"), "one without a driver");
	ok(is_device(&d[6], "virtio10", 9, "9pnet_virtio", "root", "0000:00:09.0"), "9p, by its number the last");
	ok(virtio_devices_find(&v, "virtio4") == &d[2] && !virtio_devices_find(&v, "virtio1"), "one by its name");
	ok(virtio_device_is(&d[0], NULL) && virtio_device_is(&d[0], "virtio2") && virtio_device_is(&d[0], "eth0") &&
	   virtio_device_is(&d[0], "0000:00:02.0") && !virtio_device_is(&d[0], "eth1"), "by what it is called");
	ok(!virtio_device_is(&d[3], ""), "not by a label that it does not have");
	ok(!strcmp(virtio_device_state(&d[0]), "down") && !strcmp(virtio_device_state(&d[1]), "running") &&
	   !strcmp(virtio_device_state(&d[3]), "no_driver") && !strcmp(virtio_device_state(&d[4]), "elsewhere") &&
	   !strcmp(virtio_device_state(&d[5]), "no_driver"), "states");
	virtio_devices_free(&v);
}

int main(void)
{
	char path[PATH_MAX], command[PATH_MAX];
	struct virtio_devices v;
	struct irq_lines l;

	if (!mkdtemp(root))
		return 1;
	make_tree();
	snprintf(path, sizeof(path), "%s/bus", root);
	test_scan(path);
	snprintf(path, sizeof(path), "%s/irq", root);
	test_lines(path);
	snprintf(path, sizeof(path), "%s/none", root);
	ok(!virtio_devices_scan(&v, path) && !v.count, "a kernel that knows no virtio");
	ok(!irq_lines_scan(&l, path) && !l.count, "one that shows no interrupt lines");
	snprintf(path, sizeof(path), "%s/devices/pci/0000:00:02.0/virtio2/device", root);
	ok(virtio_devices_scan(&v, path) == -ENOTDIR && !v.count, "no directory");
	snprintf(command, sizeof(command), "rm -r %s", root);
	ok(!system(command), "the tree is gone");
	return tap_done();
}
