/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAPNET_H
#define TAPNET_H

#include <stdbool.h>
#include <stdint.h>

#include <net/if.h>

#include "base/step.h"
#include "link.h"
#include "macvtap-keeper.h"

/**
 * DOC: a tap with its network
 *
 * Joins tap and link: the queues that a VMM or a vhost device needs, and the host's side of them: MAC, MTU, bridge,
 * addresses. Everything that can be checked is checked before anything is made.
 *
 * In place of a tap it can be a macvtap, by which the driver's packets go straight to another link and come from there.
 * The kernel keeps it when its last descriptor is closed; see macvtap-keeper.h.
 */

/* The kernel's MAX_TAP_QUEUES (drivers/net/tun.c). */
#define TAPNET_QUEUES_MAX 256
#define TAPNET_ADDRESSES_MAX 16

/* The alias of every link that we make begins with this word: cleanup finds our taps by it. */
#define TAPNET_ALIAS "vhostctl"

/* Why we stop when a link is not, or no longer, the one that we mean. */
#define TAPNET_RENAMED "somebody renamed, moved or removed it just now"

/**
 * tapnet_alias() - the alias for a link that this process makes
 * @alias: filled in
 */
void tapnet_alias(char alias[LINK_ALIAS_MAX]);

/**
 * struct tapnet_conf - configuration of a tap and its link
 * @tap: its name, or a pattern with one %d for a number that the kernel chooses. An existing tap or macvtap of that
 *       name is used; a tap must be persistent, and no process may have it open. Else the tap is made.
 * @macvtap: make a macvtap on this link, in place of a tap; NULL: a tap
 * @macvtap_mode: an enum macvtap_mode, for @macvtap only; negative: not given, MACVTAP_BRIDGE
 * @netns: its network namespace: a name below /run/netns, or a path; NULL: the caller's
 * @queues: how many to open, 1 to TAPNET_QUEUES_MAX; with more than one the tap is, or must be, multi-queue
 * @backpressure: the tap stops when its queue is full, in place of dropping packets
 * @persist: keep the tap when its last descriptor is closed; for tapnet_persist()
 * @sndbuf: most bytes in flight from each queue to the host; 0: unchanged
 * @vnet_hdr_size: of the header in front of each frame, in bytes; 0: that of VIRTIO_F_VERSION_1
 * @offload: mask of TUN_F_*: the offloads that the tap's reader accepts; 0: none
 * @mac: the link's address, if @mac_given
 * @mac_given: @mac is set
 * @mtu: in bytes, without the Ethernet header; 0: unchanged
 * @tx_queue_len: packets that may wait in each queue for the driver; 0: unchanged
 * @no_ipv6: turn IPv6 off on the link, so that no autoconfiguration frames cross it
 * @down: do not bring the link up
 * @bridge: the bridge that the link becomes a port of, or NULL
 * @addresses: IPv4 and IPv6 addresses with their prefix length: "192.0.2.1/24"
 * @address_count: how many
 */
struct tapnet_conf {
	const char *tap;
	const char *macvtap;
	int macvtap_mode;
	const char *netns;
	uint64_t queues;
	bool backpressure;
	bool persist;
	uint64_t sndbuf;
	uint64_t vnet_hdr_size;
	uint32_t offload;
	uint8_t mac[6];
	bool mac_given;
	uint64_t mtu;
	unsigned int tx_queue_len;
	bool no_ipv6;
	bool down;
	const char *bridge;
	const char *addresses[TAPNET_ADDRESSES_MAX];
	int address_count;
};

/**
 * struct tapnet - an open tap
 * @name: its name
 * @existed: it was there before
 * @macvtap: it is a macvtap
 * @keeper: of a macvtap that did not exist
 * @netns: inode number of its network namespace; 0: not known
 * @link: its link, read back at the end
 * @vnet_hdr_size: read back, in bytes
 * @sndbuf: read back, in bytes
 * @fds: one descriptor per queue, non-blocking and close-on-exec; owned
 * @queues: how many
 */
struct tapnet {
	char name[IFNAMSIZ];
	bool existed;
	bool macvtap;
	struct macvtap_keeper keeper;
	uint64_t netns;
	struct link_info link;
	int vnet_hdr_size;
	int sndbuf;
	int fds[TAPNET_QUEUES_MAX];
	unsigned int queues;
};

/**
 * tapnet_check_conf() - do the settings go together, whatever there is on this system?
 * @c: the configuration
 * @step: where to say what failed; its key is an option: macvtap-mode, bridge, address (with the item)
 *
 * Call it before tapnet_open(), which relies on it.
 *
 * Return: 0, or -EINVAL: wrong use.
 */
int tapnet_check_conf(const struct tapnet_conf *c, struct step *step);

/**
 * tapnet_open() - open or make a tap and set its link up
 * @t: filled in
 * @c: the configuration
 * @step: where to say what failed; its key is an option: tap, macvtap, netns, queues, backpressure, sndbuf,
 *        vnet-hdr-size, offload,
 *        mac, mtu, bridge, address (with the item), or NULL
 *
 * Everything is set on the tap that was opened: by its descriptor, or by the ifindex that is found through it. If the
 * tap is not the one that had the name at first, or another one has the name meanwhile, it fails with -ESTALE.
 *
 * On return the calling thread is in its own network namespace again. A new tap is not persistent before
 * tapnet_persist(): it goes away with the process, however that ends.
 *
 * Return: 0 or -errno. A failure leaves nothing behind, except that an existing link keeps the changes made before it.
 */
int tapnet_open(struct tapnet *t, const struct tapnet_conf *c, struct step *step);

/**
 * tapnet_check() - is the link that tapnet_open() found still the tap's, with the same name?
 * @t: the tap; its link is read again
 * @step: where to say what failed
 *
 * Call it after the link was used by its ifindex, in the network namespace of the tap.
 *
 * Return: 0 or -errno, -ESTALE if it was renamed, moved to another network namespace or removed.
 */
int tapnet_check(struct tapnet *t, struct step *step);

/**
 * tapnet_persist() - make the tap persistent, if @c says so
 * @t: the tap
 * @c: its configuration
 * @step: where to say what failed; its key is persist
 *
 * Call it last, when nothing else can fail any more.
 *
 * Return: 0 or -errno.
 */
int tapnet_persist(const struct tapnet *t, const struct tapnet_conf *c, struct step *step);

/**
 * tapnet_inherit() - let the program that this process becomes inherit what keeps a new macvtap
 * @t: the tap; does nothing for others
 *
 * The descriptors of the queues are the caller's to pass on.
 *
 * Return: 0 or -errno.
 */
int tapnet_inherit(const struct tapnet *t);

/**
 * tapnet_close() - close the queues; a tap that is not persistent goes away with them
 * @t: the tap; does nothing if it is all zero
 */
void tapnet_close(struct tapnet *t);

/**
 * tapnet_discard() - close the queues, and remove the tap if tapnet_open() made it, even after tapnet_persist()
 * @t: the tap
 */
void tapnet_discard(struct tapnet *t);

/**
 * tapnet_enter_netns() - move the calling thread into the network namespace of a tap
 * @netns: as in struct tapnet_conf; does nothing if NULL
 * @back: set to a descriptor of the old namespace, for tapnet_leave_netns()
 * @step: where to say what failed; its key is netns
 *
 * Return: 0 or -errno.
 */
int tapnet_enter_netns(const char *netns, int *back, struct step *step);

/**
 * tapnet_leave_netns() - move the calling thread back
 * @back: from tapnet_enter_netns()
 * @step: where to say what failed; its key is netns
 *
 * Return: 0 or -errno.
 */
int tapnet_leave_netns(int back, struct step *step);

/**
 * tapnet_list() - the taps and macvtaps that vhostctl made, in this or an earlier run
 * @links: an array of them for the caller to free; NULL on error
 * @count: its elements
 * @step: where to say what failed
 *
 * Like the functions below, it acts on the network namespace of the calling thread.
 *
 * Return: 0 or -errno.
 */
int tapnet_list(struct link_info **links, size_t *count, struct step *step);

/**
 * tapnet_in_use() - does a process have a queue of a tap open?
 * @link: the tap
 *
 * Return: true also for a macvtap of which that cannot be told.
 */
bool tapnet_in_use(const struct link_info *link);

/**
 * tapnet_remove() - remove a tap that no process has open
 * @link: one of tapnet_list()
 * @step: where to say what failed
 *
 * Return: 0 or -errno: -EBUSY if somebody has it open, -ESTALE if since the list was read it is gone, or has another
 * name or another alias.
 */
int tapnet_remove(const struct link_info *link, struct step *step);

#endif
