/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <net/if.h>

/**
 * DOC: network links, through rtnetlink
 *
 * All functions act on the network namespace of the calling thread. Errors are those of the kernel: -EPERM without
 * CAP_NET_ADMIN, -ENODEV if the link is gone.
 */

/* With the NUL; the kernel's limit (IFALIASZ of linux/if.h, which cannot be included together with net/if.h). */
#define LINK_ALIAS_MAX 256

/**
 * link_isolate() - move the calling thread, and all threads that it starts afterwards, into a new network namespace
 *
 * Return: 0 or -errno: -EPERM without CAP_SYS_ADMIN, -ENOSPC at the limit of namespaces.
 */
int link_isolate(void);

/**
 * link_enter_netns() - move the calling thread into another network namespace
 * @netns: a name below /run/netns, as of ip-netns(8), or a path such as /proc/PID/ns/net
 * @back: set to a descriptor of the old namespace, for link_leave_netns(); not valid on error
 *
 * Return: 0 or -errno: -ENOENT if there is none, -EINVAL if it is no network namespace, -EPERM without CAP_SYS_ADMIN.
 */
int link_enter_netns(const char *netns, int *back);

/**
 * link_netns() - the inode number of the calling thread's network namespace
 *
 * Return: the number, or 0 if it cannot be read.
 */
uint64_t link_netns(void);

/**
 * link_leave_netns() - move the calling thread back to its network namespace
 * @back: from link_enter_netns(); closed in any case
 *
 * Return: 0 or -errno.
 */
int link_leave_netns(int back);

/**
 * struct link_tun - attributes of a link of the kind "tun", as the kernel reports them
 * @tap: it carries Ethernet frames, not IP packets
 * @vnet_hdr: a virtio-net header is in front of each of them
 * @multi_queue: it can have more than one queue
 * @persist: it stays when its last descriptor is closed
 * @queues: how many are open, disabled ones included; 0 unless multi-queue, since the kernel does not report it then
 */
struct link_tun {
	bool tap;
	bool vnet_hdr;
	bool multi_queue;
	bool persist;
	unsigned int queues;
};

/**
 * struct link_macvtap - attributes of a link of the kind "macvtap"
 * @lower: name of the link that it is on; empty if that is in another network namespace
 * @mode: MACVLAN_MODE_* of linux/if_link.h
 */
struct link_macvtap {
	char lower[IFNAMSIZ];
	unsigned int mode;
};

/**
 * struct link_info - attributes of a link
 * @ifindex: its number
 * @name: its name
 * @kind: "bridge", "veth", "tun" and so on; empty for hardware
 * @alias: its alias (IFLA_IFALIAS), or empty
 * @mac: its Ethernet address; zeros if it has none
 * @mtu: in bytes, without the Ethernet header
 * @mtu_min: the smallest possible MTU; 0 if not known
 * @mtu_max: the largest; 0 if not known
 * @tx_queue_len: packets that may wait in it
 * @up: it is up
 * @carrier: the other end is connected; for a tap: a queue is open
 * @master: name of the bridge that it is a port of, or empty
 * @tun: valid if @kind is "tun"
 * @macvtap: valid if @kind is "macvtap"
 */
struct link_info {
	int ifindex;
	char name[IFNAMSIZ];
	char kind[32];
	char alias[LINK_ALIAS_MAX];
	uint8_t mac[6];
	unsigned int mtu;
	unsigned int mtu_min;
	unsigned int mtu_max;
	unsigned int tx_queue_len;
	bool up;
	bool carrier;
	char master[IFNAMSIZ];
	struct link_tun tun;
	struct link_macvtap macvtap;
};

/**
 * link_get() - look a link up in the calling thread's network namespace
 * @name: its name
 * @info: filled in
 *
 * Return: 0 or -errno, -ENODEV if there is none of that name.
 */
int link_get(const char *name, struct link_info *info);

/**
 * link_get_index() - look a link up by its number, likewise
 * @ifindex: its number
 * @info: filled in
 *
 * Return: 0 or -errno, -ENODEV if there is none of that number.
 */
int link_get_index(int ifindex, struct link_info *info);

/**
 * link_list() - all links of the namespace
 * @links: an array for the caller to free; NULL on error
 * @count: its elements
 *
 * Return: 0 or -errno.
 */
int link_list(struct link_info **links, size_t *count);

/**
 * link_set_alias() - set a link's alias, a label that the kernel does not interpret
 * @ifindex: the link
 * @alias: the label, shorter than LINK_ALIAS_MAX
 *
 * Return: 0 or -errno, -EINVAL for a longer one.
 */
int link_set_alias(int ifindex, const char *alias);

/**
 * link_set_mac() - set a link's Ethernet address
 * @ifindex: the link
 * @mac: the address
 *
 * Return: 0 or -errno, -EADDRNOTAVAIL for a multicast or all-zero address.
 */
int link_set_mac(int ifindex, const uint8_t mac[6]);

/**
 * link_set_mtu() - set a link's MTU
 * @ifindex: the link
 * @mtu: bytes, without the Ethernet header
 *
 * Return: 0 or -errno, -EINVAL beyond mtu_min and mtu_max of struct link_info.
 */
int link_set_mtu(int ifindex, unsigned int mtu);

/**
 * link_set_tx_queue_len() - set how many packets may wait in a link; a tap sizes its queues by it
 * @ifindex: the link
 * @packets: how many
 *
 * Return: 0 or -errno.
 */
int link_set_tx_queue_len(int ifindex, unsigned int packets);

/**
 * link_set_master() - make a link a port of a bridge
 * @ifindex: the link
 * @master: number of the bridge
 *
 * Return: 0 or -errno.
 */
int link_set_master(int ifindex, int master);

/**
 * link_set_up() - bring a link up
 * @ifindex: the link
 *
 * Return: 0 or -errno.
 */
int link_set_up(int ifindex);

/**
 * link_address_family() - the family of an address in the form that link_add_address() takes
 * @address: the address with the length of its prefix
 *
 * Return: AF_INET, AF_INET6, or -EINVAL if it is no such address.
 */
int link_address_family(const char *address);

/**
 * link_add_address() - give a link an address
 * @ifindex: the link
 * @address: IPv4 or IPv6, with the length of its prefix: "192.0.2.1/24"
 *
 * Return: 0, also if the link has the address already, or -errno.
 */
int link_add_address(int ifindex, const char *address);

/**
 * link_open_ipv6() - open the switch of a link that turns IPv6 off
 * @name: the link; the kernel has this setting by name only
 *
 * A link's settings get new files when it is renamed, so that the open one is of no use then: once the caller has seen
 * that the link meant still has the name, link_disable_ipv6() changes that link or none.
 *
 * Return: a descriptor, close-on-exec, or -errno: -ENOENT on a kernel without IPv6, and for a link without IPv6
 * settings; -EACCES or -EROFS where /proc/sys cannot be written.
 */
int link_open_ipv6(const char *name);

/**
 * link_disable_ipv6() - turn IPv6 off on a link, so that no autoconfiguration frames cross it
 * @fd: from link_open_ipv6(); stays the caller's
 *
 * Call it before the link is up.
 *
 * Return: 0 or -errno, -ENOENT if the link was renamed or is gone.
 */
int link_disable_ipv6(int fd);

#endif
