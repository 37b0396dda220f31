/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAPNET_H
#define TAPNET_H

#include <stdbool.h>
#include <stdint.h>

#include <net/if.h>

#include "base/step.h"
#include "link.h"

/**
 * DOC: a tap with its network
 *
 * Joins tap and link: the queues that a VMM or a vhost device wants, and the host's side of them: MAC, MTU, bridge,
 * addresses. Everything that can be checked is checked before anything is made.
 */

/* As many as the kernel's MAX_TAP_QUEUES (drivers/net/tun.c). */
#define TAPNET_QUEUES_MAX 256
#define TAPNET_ADDRESSES_MAX 16

/* The alias of every link that we make begins with this word: cleanup knows them by it. */
#define TAPNET_ALIAS "vhostctl"

/**
 * struct tapnet_conf - what tap to open, and how its link is to be
 * @tap: its name, or a pattern with one %d for a number that the kernel chooses; a tap of that name that is there
 *       already is used, if it is a persistent one that nobody has open, else it is made
 * @netns: the network namespace that it is in: a name below /run/netns, or a path; NULL: the caller's
 * @queues: how many to open, 1 to TAPNET_QUEUES_MAX; with more than one the tap is, or must be, multi-queue
 * @persist: it is to stay when its last descriptor is closed: for tapnet_persist()
 * @sndbuf: most bytes under way from each queue to the host; 0 leaves it
 * @vnet_hdr_size: of the header in front of each frame, in bytes; 0: that of VIRTIO_F_VERSION_1
 * @offload: mask of TUN_F_*, what may come out of the tap unfinished; 0: nothing
 * @mac: the link's address, if @mac_given
 * @mac_given: @mac is one
 * @mtu: in bytes, without the Ethernet header; 0 leaves it
 * @tx_queue_len: packets that may wait in each queue for the driver; 0 leaves it
 * @no_ipv6: turn IPv6 off on it, so that no autoconfiguration frames cross it
 * @down: do not bring it up
 * @bridge: the bridge that it becomes a port of, or NULL
 * @addresses: IPv4 and IPv6 addresses with their prefix length: "192.0.2.1/24"
 * @address_count: how many
 */
struct tapnet_conf {
	const char *tap;
	const char *netns;
	uint64_t queues;
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
 * @link: its link, read back when all was done
 * @vnet_hdr_size: read back, in bytes
 * @sndbuf: read back, in bytes
 * @fds: one descriptor a queue, non-blocking and close-on-exec
 * @queues: how many
 */
struct tapnet {
	char name[IFNAMSIZ];
	bool existed;
	struct link_info link;
	int vnet_hdr_size;
	int sndbuf;
	int fds[TAPNET_QUEUES_MAX];
	unsigned int queues;
};

/**
 * tapnet_open() - open or make a tap and set its link up
 * @t: filled in
 * @c: how it is to be
 * @step: where to say what failed; its key is the member of @c and the option at once: tap, netns, queues, sndbuf,
 *        vnet-hdr-size, offload, mac, mtu, bridge, address (with the item), or NULL
 *
 * The calling thread is in its own network namespace again when this returns. A tap that was made is not persistent
 * yet, so that it goes with the caller, whatever ends it, until tapnet_persist().
 *
 * Return: 0, or -errno with nothing left behind but, on a link that was there before, what was changed before the
 * failure.
 */
int tapnet_open(struct tapnet *t, const struct tapnet_conf *c, struct step *step);

/**
 * tapnet_persist() - let the tap stay when it is closed, if @c says so
 *
 * To be called last of all, when nothing can fail any more. The step's key is persist.
 *
 * Return: 0 or -errno.
 */
int tapnet_persist(const struct tapnet *t, const struct tapnet_conf *c, struct step *step);

/**
 * tapnet_close() - close the queues; a tap that is not persistent goes with them
 * @t: the tap; nothing is done if it is all zero
 */
void tapnet_close(struct tapnet *t);

/**
 * tapnet_discard() - close the queues, and let a tap that was made go, even after tapnet_persist()
 * @t: the tap
 */
void tapnet_discard(struct tapnet *t);

/**
 * tapnet_enter_netns() - move the calling thread into the network namespace of a tap
 * @netns: as in struct tapnet_conf; NULL: nothing is done
 * @back: the way back, for tapnet_leave_netns()
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
 * tapnet_list() - the taps that we made, now or in an earlier run
 * @links: an array of them, to be freed by the caller; NULL on error
 * @count: how many there are in it
 * @step: where to say what failed
 *
 * Like the rest below in the network namespace that the calling thread is in.
 *
 * Return: 0 or -errno.
 */
int tapnet_list(struct link_info **links, size_t *count, struct step *step);

/**
 * tapnet_in_use() - does a process have a queue of a tap open?
 * @link: the tap
 */
bool tapnet_in_use(const struct link_info *link);

/**
 * tapnet_remove() - remove a tap that nobody has open
 * @link: one of tapnet_list()
 * @step: where to say what failed
 *
 * Return: 0 or -errno: -EBUSY if somebody has it open, -ENODEV if it is gone.
 */
int tapnet_remove(const struct link_info *link, struct step *step);

#endif
