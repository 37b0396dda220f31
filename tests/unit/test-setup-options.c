// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How setup completes its options before it touches anything: rings, features and how they depend on each other.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/array.h"
#include "setup/setup-options.h"
#include "tap-out.h"

static void test_ring(void)
{
	static const struct {
		const char *arg, *wrong;
	} bad[] = {
		{ "", "does not begin" }, { "rx0", "does not begin" }, { ":num=1", "does not begin" },
		{ "rx:num=1", "does not begin" }, { "qx0:num=1", "does not begin" },
		{ "rx256:num=1", "does not begin" }, { "rx-1:num=1", "does not begin" },
		{ "rx0x1:num=1", "does not begin" }, { "rx0:", "without a value" },
		{ "rx0:num", "without a value" }, { "rx0:num=1,", "without a value" }, { "rx0:num=0", "num" },
		{ "rx0:num=3", "num" }, { "rx0:num=65536", "num" }, { "rx0:num=", "num" }, { "rx0:base=65536", "base" },
		{ "rx0:base=-1", "base" }, { "rx0:desc=0", "all three" }, { "rx0:desc=0,avail=0", "all three" },
		{ "rx0:desc=x,avail=0,used=0", "no number" }, { "rx0:kick=-1", "eventfd" }, { "rx0:kick=", "eventfd" },
		{ "rx0:call=99999999999", "eventfd" }, { "rx0:size=1", "none of num" }, { "rx0:=1", "none of num" },
	};
	struct ring_opts list = { .count = 0 };
	const char *wrong;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		wrong = parse_ring(&list, bad[i].arg);
		if (!ok(wrong && strstr(wrong, bad[i].wrong) && !list.count, "'%s' is refused", bad[i].arg))
			diag("%s", wrong ? wrong : "it was taken");
	}
	ok(!parse_ring(&list, "tx1:num=512,base=65535,desc=0x10,avail=0x1000,used=0x2000,kick=none,call=7") &&
	   list.count == 1 && list.ring[0].number == 3 && list.ring[0].num == 512 && list.ring[0].base_given &&
	   list.ring[0].base == 65535 && list.ring[0].placed && list.ring[0].desc == 0x10 &&
	   list.ring[0].avail == 0x1000 && list.ring[0].used == 0x2000 && list.ring[0].kick == DEVICE_FD_NONE &&
	   list.ring[0].call == 7 && list.ring[0].err == DEVICE_FD_MAKE, "a ring with everything");
	ok(!parse_ring(&list, "rx255:err=none") && list.count == 2 && list.ring[1].number == 510 &&
	   !list.ring[1].placed && !list.ring[1].base_given && !list.ring[1].num, "a ring with next to nothing");
	wrong = parse_ring(&list, "tx1:num=1");
	ok(wrong && strstr(wrong, "already") && list.count == 2, "a ring twice");
}

static void test_ring_name(void)
{
	char name[8];

	ring_name(0, name);
	ok(!strcmp(name, "rx0"), "ring 0 is rx0");
	ring_name(511, name);
	ok(!strcmp(name, "tx255"), "ring 511 is tx255");
}

static void test_features(void)
{
	static const char *const bad[] = {
		"", "MRG_RXBUF", "+", "+NOSUCH", "+128", "+MRG_RXBUF,", ",+MRG_RXBUF", "+MRG_RXBUF -CSUM", "+-5",
		"+MRG",
	};
	struct feature_choice c = { { 0 }, { 0 } };

	ok(!feature_choose(net_features, "+MRG_RXBUF,-event_idx,+VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO,+45", &c) &&
	   c.on[0] == (UINT64_C(1) << 15 | UINT64_C(1) << 45) && c.off[0] == UINT64_C(1) << 29 &&
	   c.on[1] == UINT64_C(1) << 3 && !c.off[1], "names in full and in short, numbers, beyond 64");
	ok(!feature_choose(net_features, "-MRG_RXBUF", &c) && !(c.on[0] & UINT64_C(1) << 15) &&
	   c.off[0] & UINT64_C(1) << 15, "the later one counts");
	ok(!feature_choose(net_features, "+ANY_LAYOUT", &c) && c.on[0] & UINT64_C(1) << 27, "an alias");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(feature_choose(net_features, bad[i], &c) != NULL, "'%s' is refused", bad[i]);
}

/* Complete the options; an error is in @step. */
static int complete(const struct setup_opts *o, struct step *step)
{
	struct setup_conf c;
	int r = setup_complete(o, &c, step);

	setup_conf_fini(&c);
	return r;
}

static void refused(const struct setup_opts *o, const char *key, const char *why, const char *name)
{
	struct step step = { .key = "", .why = "" };
	int r = complete(o, &step);

	if (!ok(r && step.key && !strcmp(step.key, key) && strstr(step.why, why), "%s is refused", name))
		diag("%d, %s: cannot %s: %s", r, step.key ? step.key : "", step.doing, step.why);
}

static void test_complete(void)
{
	struct setup_opts o = setup_defaults;
	struct setup_conf c;
	struct step step;

	o.net.queues = 2;
	parse_ring(&o.rings.own, "tx1:num=512,base=9");
	ok(!setup_complete(&o, &c, &step) && c.rings[0].place.num == 256 && c.rings[3].place.num == 512 &&
	   c.rings[3].base == 9 && !c.rings[2].base && !strcmp(c.rings[3].place.name, "tx1") &&
	   c.rings[3].place.item == 0 && c.rings[2].place.item == -1, "one ring differs from the others");
	ok(c.device.features[0] == (UINT64_C(1) << 32 | UINT64_C(1) << 29) && !c.device.features[1] &&
	   !c.device.backend_features && c.net.vnet_hdr_size == 12, "the usual features and their header");
	setup_conf_fini(&c);

	o = setup_defaults;
	feature_choose(net_features, "-VERSION_1", &o.device.features);
	ok(!setup_complete(&o, &c, &step) && c.net.vnet_hdr_size == 10, "the legacy header is shorter");
	setup_conf_fini(&c);
	o.net.vnet_hdr_size = 12;
	refused(&o, "vnet-hdr-size", "has 10", "a header of another length");

	o = setup_defaults;
	feature_choose(net_features, "+GUEST_UDP_TUNNEL_GSO", &o.device.features);
	ok(!setup_complete(&o, &c, &step) && c.net.vnet_hdr_size == 24, "that of tunnels is longer");
	setup_conf_fini(&c);

	o = setup_defaults;
	o.device.iotlb = o.device.log = true;
	ok(!setup_complete(&o, &c, &step) && c.device.features[0] & UINT64_C(1) << 33 &&
	   c.device.features[0] & UINT64_C(1) << 26 && c.device.backend_features == 2,
	   "IOTLB and log bring their features");
	setup_conf_fini(&c);
	feature_choose(net_features, "-ACCESS_PLATFORM", &o.device.features);
	refused(&o, "features", "--iotlb needs VIRTIO_F_ACCESS_PLATFORM", "an IOTLB without its feature");
}

static void test_conflicts(void)
{
	struct setup_opts o = setup_defaults;

	feature_choose(net_features, "+LOG_ALL", &o.device.features);
	refused(&o, "features", "VHOST_F_LOG_ALL needs --log", "the log's feature without a log");
	o = setup_defaults;
	feature_choose(net_features, "+VIRTIO_NET_HDR", &o.device.features);
	refused(&o, "features", "VHOST_NET_F_VIRTIO_NET_HDR", "the device's own header");
	o = setup_defaults;
	parse_ring(&o.rings.own, "rx1:num=1");
	refused(&o, "ring", "--queues 1", "a ring beyond the queues");
	o = setup_defaults;
	o.memory.gpa = -UINT64_C(4096);
	refused(&o, "gpa", "2^64", "memory that wraps");
	o = setup_defaults;
	o.memory.size = 4096;
	refused(&o, "memory", "no room", "memory too small for the rings");
	o = setup_defaults;
	o.device.vhostfds = (struct fd_list){ { 0, 1 }, 2 };
	refused(&o, "vhostfds", "there are 2", "more devices than pairs");
}

/* An inherited descriptor is a descriptor of this process. */
static void test_eventfds(void)
{
	struct setup_opts o = setup_defaults;
	int fd = eventfd(0, 0), closed = dup(fd);
	char arg[64];

	close(closed);
	snprintf(arg, sizeof(arg), "rx0:kick=%d,call=%d,err=none", fd, fd);
	parse_ring(&o.rings.own, arg);
	ok(!complete(&o, &(struct step){ .why = "" }), "an eventfd that was inherited");
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "which a command does not inherit a second time");
	o = setup_defaults;
	snprintf(arg, sizeof(arg), "rx0:err=%d", closed);
	parse_ring(&o.rings.own, arg);
	refused(&o, "ring", "not open", "a descriptor that is not open");
	o = setup_defaults;
	parse_ring(&o.rings.own, "rx0:call=1");
	refused(&o, "ring", "not an eventfd", "standard output");
	close(fd);
}

int main(void)
{
	test_ring();
	test_ring_name();
	test_features();
	test_complete();
	test_conflicts();
	test_eventfds();
	return tap_done();
}
