// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of the tap and of its link: the members that they fill, and every kind of wrong value.
 */
#include <errno.h>
#include <string.h>

#include <linux/if_tun.h>

#include "base/array.h"
#include "net/net-options.h"
#include "tap-out.h"

/* A conf in the middle of a command's struct, as in option groups. */
struct command_opts {
	uint64_t before;
	struct tapnet_conf net;
	uint64_t after;
};

static int set(struct command_opts *o, const char *name, const char *arg, char *err, size_t errlen)
{
	const struct opt_set sets[] = { { net_tap_options, &o->net }, { net_link_options, &o->net }, { 0 } };
	struct opt_places places = { 0 };
	/* Strings are not copied: the conf points to @arg. */
	char option[64], *argv[] = { "test", option, (char *)arg, NULL };
	int r;

	snprintf(option, sizeof(option), "--%s", name);
	r = opts_parse(arg ? 3 : 2, argv, OPTS_FIRST, sets, &places, err, errlen);
	opts_places_fini(&places);
	return r < 0 ? r : 0;
}

static const struct command_opts defaults = { .before = 1, .net = TAPNET_CONF_DEFAULTS, .after = 2 };

/* Set one option on top of the defaults; all other members must keep their defaults. */
static bool is(const char *name, const char *arg, struct tapnet_conf wanted)
{
	struct command_opts o = defaults;
	char err[256] = "";

	if (set(&o, name, arg, err, sizeof(err))) {
		diag("%s", err);
		return false;
	}
	return o.before == 1 && o.after == 2 && !strcmp(o.net.tap, wanted.tap) && !o.net.netns == !wanted.netns &&
	       (!o.net.netns || !strcmp(o.net.netns, wanted.netns)) && o.net.queues == wanted.queues &&
	       o.net.backpressure == wanted.backpressure &&
	       o.net.persist == wanted.persist && o.net.sndbuf == wanted.sndbuf &&
	       o.net.vnet_hdr_size == wanted.vnet_hdr_size && o.net.offload == wanted.offload &&
	       !memcmp(o.net.mac, wanted.mac, sizeof(wanted.mac)) && o.net.mac_given == wanted.mac_given &&
	       o.net.mtu == wanted.mtu && o.net.down == wanted.down && !o.net.bridge == !wanted.bridge &&
	       (!o.net.bridge || !strcmp(o.net.bridge, wanted.bridge)) &&
	       !o.net.macvtap == !wanted.macvtap && o.net.macvtap_mode == wanted.macvtap_mode &&
	       (!o.net.macvtap || !strcmp(o.net.macvtap, wanted.macvtap)) &&
	       o.net.address_count == wanted.address_count &&
	       (!wanted.address_count || !strcmp(o.net.addresses[0], wanted.addresses[0]));
}

/* The defaults, except the members given. */
#define BUT(...) ((struct tapnet_conf){ .tap = "vhost%d", .macvtap_mode = -1, .queues = 1, ##__VA_ARGS__ })

static void test_names(void)
{
	struct tapnet_conf c = BUT();

	c.tap = "tap0";
	ok(is("tap", "tap0", c), "a tap by its name");
	c.tap = "t%dx";
	ok(is("tap", "t%dx", c), "a pattern");
	c.tap = "a234567890bcdef";
	ok(is("tap", "a234567890bcdef", c), "a name of 15 characters");
	ok(is("bridge", "br0", BUT(.bridge = "br0")), "a bridge");
	ok(is("macvtap", "eth0", BUT(.macvtap = "eth0")), "a macvtap, whose mode is not given");
	c = BUT();
	c.macvtap_mode = MACVTAP_BRIDGE;
	ok(is("macvtap-mode", "bridge", c), "its mode");
	ok(is("netns", "blue", BUT(.netns = "blue")), "a namespace by its name");
	ok(is("netns", "/proc/1/ns/net", BUT(.netns = "/proc/1/ns/net")), "and by its path");
}

static void test_tap(void)
{
	struct tapnet_conf c = BUT();

	c.queues = 256;
	ok(is("queues", "256", c), "as many queues as the kernel has");
	ok(is("backpressure", NULL, BUT(.backpressure = true)), "back pressure");
	ok(is("persist", NULL, BUT(.persist = true)), "persistent");
	ok(is("sndbuf", "1048576", BUT(.sndbuf = 1048576)), "sndbuf");
	for (unsigned int i = 0; i < 4; i++) {
		static const char *const sizes[] = { "10", "12", "20", "24" };
		static const uint64_t values[] = { 10, 12, 20, 24 };

		c = BUT();
		c.vnet_hdr_size = values[i];
		ok(is("vnet-hdr-size", sizes[i], c), "a vnet header of %s bytes", sizes[i]);
	}
	ok(is("offload", "csum", BUT(.offload = 0x01)), "one offload");
	ok(is("offload", "tso4,csum", BUT(.offload = 0x03)), "two, in any order");
	ok(is("offload", "csum,tso4,tso6,tso_ecn,ufo,uso4,uso6", BUT(.offload = 0x7f)), "all offloads, by their bits");
	ok(is("offload", "csum,csum", BUT(.offload = 0x01)), "one twice");
	ok(is("offload", "csum,tso6,tso_ecn", BUT(.offload = 0x0d)), "ECN with IPv6 only");
}

static void test_link(void)
{
	ok(is("mac", "52:54:00:12:34:56", BUT(.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 }, .mac_given = true)), "a MAC");
	ok(is("mac", "2:0:0:0:0:f", BUT(.mac = { 2, 0, 0, 0, 0, 15 }, .mac_given = true)), "one of short bytes");
	ok(is("mac", "fE:Ff:ff:ff:ff:FF", BUT(.mac = { 254, 255, 255, 255, 255, 255 }, .mac_given = true)),
	   "the largest one");
	ok(is("mtu", "68", BUT(.mtu = 68)) && is("mtu", "65535", BUT(.mtu = 65535)), "the limits of the MTU");
	ok(is("down", NULL, BUT(.down = true)), "down");
	ok(is("address", "192.0.2.1/24", BUT(.addresses = { "192.0.2.1/24" }, .address_count = 1)), "IPv4");
	ok(is("address", "2001:db8::1/64", BUT(.addresses = { "2001:db8::1/64" }, .address_count = 1)), "IPv6");
	ok(is("address", "::ffff:192.0.2.1/128", BUT(.addresses = { "::ffff:192.0.2.1/128" }, .address_count = 1)),
	   "IPv4 in IPv6");
	ok(is("address", "192.0.2.1/32", BUT(.addresses = { "192.0.2.1/32" }, .address_count = 1)), "a host by itself");
}

static void test_bad(void)
{
	static const char tap[] = "is no name for a network interface: up to 15 characters, no slash, colon or blank";
	static const char bridge[] = "is no name of a network interface";
	static const char percent[] = "has a % that is not that of one %d";
	static const char header[] = "is no size of a virtio-net header: 10, 12, 20 or 24";
	static const char list[] = "is no list of csum, tso4, tso6, tso_ecn, ufo, uso4, uso6 with commas between";
	static const char mac[] = "is no Ethernet address like 52:54:00:12:34:56";
	static const char address[] = "is no IPv4 or IPv6 address with the length of its prefix, like 192.0.2.1/24";
	static const struct {
		const char *name, *arg, *why;
	} cases[] = {
		{ "tap", "", tap }, { "tap", "a234567890bcdefg", tap }, { "tap", "a/b", tap }, { "tap", "a b", tap },
		{ "tap", "a\tb", tap }, { "tap", "a:b", tap }, { "tap", ".", tap }, { "tap", "..", tap },
		{ "tap", "vhost%d-is-so-long", tap },
		{ "tap", "t%s", percent }, { "tap", "t%", percent },
		{ "tap", "%d%d", percent }, { "tap", "%%d", percent },
		{ "macvtap", "eth/0", bridge },
		{ "bridge", "", bridge }, { "bridge", "a234567890bcdefg", bridge }, { "bridge", "br/0", bridge },
		{ "netns", "", NULL },
		{ "queues", "0", NULL }, { "queues", "257", NULL },
		{ "sndbuf", "0", NULL }, { "sndbuf", "2147483648", NULL },
		{ "vnet-hdr-size", "0", header }, { "vnet-hdr-size", "11", header }, { "vnet-hdr-size", "x", header },
		{ "vnet-hdr-size", "", header }, { "vnet-hdr-size", "4294967306", header },
		{ "offload", "", list }, { "offload", ",", list }, { "offload", "cs", list },
		{ "offload", "csum,", list }, { "offload", ",csum", list },
		{ "offload", "csum,,tso4", list }, { "offload", "csum tso4", list },
		{ "offload", "csums", list }, { "offload", "CSUM", list },
		{ "offload", "tso4", "lacks csum, which all others need" },
		{ "offload", "ufo", "lacks csum, which all others need" },
		{ "offload", "csum,tso_ecn", "has tso_ecn, which needs tso4 or tso6" },
		{ "offload", "csum,ufo,tso_ecn", "has tso_ecn, which needs tso4 or tso6" },
		{ "mac", "", mac }, { "mac", "52:54:00:12:34", mac }, { "mac", "52:54:00:12:34:56:78", mac },
		{ "mac", "52:54:00:12:34:", mac }, { "mac", "52:54:00:12:34:567", mac },
		{ "mac", "52-54-00-12-34-56", mac }, { "mac", "52:54:00:12:34:5g", mac },
		{ "mac", "+2:54:00:12:34:56", mac }, { "mac", "0x2:0:0:0:0:1", mac },
		{ "mac", " 2:54:00:12:34:56", mac }, { "mac", "52:54:00:12:34:56 ", mac }, { "mac", "::::::", mac },
		{ "mac", "01:00:5e:00:00:01", "is a multicast address; the lowest bit of the first byte must be 0" },
		{ "mac", "ff:ff:ff:ff:ff:ff", "is a multicast address; the lowest bit of the first byte must be 0" },
		{ "mac", "00:00:00:00:00:00", "is no address of a link" },
		{ "mtu", "67", NULL }, { "mtu", "65536", NULL }, { "mtu", "-1", NULL }, { "mtu", "1500.0", NULL },
		{ "address", "", address }, { "address", "192.0.2.1", address }, { "address", "192.0.2.1/", address },
		{ "address", "192.0.2.1/33", address }, { "address", "192.0.2.1/-1", address },
		{ "address", "192.0.2.1/2x", address }, { "address", "192.0.2.1/24/24", address },
		{ "address", "192.0.2/24", address }, { "address", "192.0.2.256/24", address },
		{ "address", "192.0.2.1 /24", address }, { "address", "/24", address },
		{ "address", "default/0", address }, { "address", "any/24", address },
		{ "address", "2001:db8::1", address }, { "address", "2001:db8::1/129", address },
		{ "address", "2001:db8:::1/64", address }, { "address", "52:54:00:12:34:56/24", address },
		{ "address", "host.example/24", address }, { "address", "fe80::1%lo/64", address },
		{ "address", "192.0.2.1/+24", address }, { "address", "192.0.2.1/ 24", address },
		{ "address", "192.0.2.1/0x18", address },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct command_opts o = defaults;
		char err[256] = "", wanted[256];
		int r = set(&o, cases[i].name, cases[i].arg, err, sizeof(err));

		if (cases[i].why)
			snprintf(wanted, sizeof(wanted), "--%s: '%s' %s", cases[i].name, cases[i].arg, cases[i].why);
		else
			snprintf(wanted, sizeof(wanted), "%s", err);
		if (!ok(r == -EINVAL && !strcmp(err, wanted) && !memcmp(&o, &defaults, sizeof(o)), "wrong: --%s '%s'",
			cases[i].name, cases[i].arg))
			diag("%d: %s", r, err);
	}
}

static void test_many_addresses(void)
{
	struct command_opts o = defaults;
	char err[256] = "", text[TAPNET_ADDRESSES_MAX + 1][16];
	int bad = 0;

	for (int i = 0; i < TAPNET_ADDRESSES_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "192.0.2.%d/24", i + 1);
		bad += set(&o, "address", text[i], err, sizeof(err)) || o.net.addresses[i] != text[i];
	}
	ok(!bad && o.net.address_count == TAPNET_ADDRESSES_MAX, "several addresses, in their order");
	ok(set(&o, "address", "192.0.2.99/24", err, sizeof(err)) == -EINVAL && o.after == 2 &&
	   o.net.address_count == TAPNET_ADDRESSES_MAX, "one too many");
}

int main(void)
{
	test_names();
	test_tap();
	test_link();
	test_bad();
	test_many_addresses();
	return tap_done();
}
