// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dhcp-seen LINK: waits for a DHCP request that comes in on LINK and prints the client's MAC, as it stands in the
 * request. Waits for ever if none comes.
 */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* RFC 2131, figure 1, up to the options, and the four bytes that these begin with. */
struct dhcp {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16], sname[64], file[128];
	uint8_t magic[4];
};

_Static_assert(offsetof(struct dhcp, magic) == 236 && sizeof(struct dhcp) == 240, "as on the wire");

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68
#define BOOTREQUEST 1

/* Of the frame, as much as counts is copied, since nothing in it need be aligned. */
static bool take(void *to, size_t size, const uint8_t **at, const uint8_t *end)
{
	if ((size_t)(end - *at) < size)
		return false;
	memcpy(to, *at, size);
	*at += size;
	return true;
}

static bool is_request(const uint8_t *frame, size_t len, struct dhcp *d)
{
	static const uint8_t magic[4] = { 99, 130, 83, 99 };
	const uint8_t *at = frame, *end = frame + len;
	struct ether_header eth;
	struct iphdr ip;
	struct udphdr udp;

	/* The boot ROM's IP header has no options, and nobody else sends here. */
	return take(&eth, sizeof(eth), &at, end) && ntohs(eth.ether_type) == ETHERTYPE_IP &&
	       take(&ip, sizeof(ip), &at, end) && ip.ihl == 5 && ip.protocol == IPPROTO_UDP &&
	       take(&udp, sizeof(udp), &at, end) && ntohs(udp.source) == DHCP_CLIENT_PORT &&
	       ntohs(udp.dest) == DHCP_SERVER_PORT && take(d, sizeof(*d), &at, end) && d->op == BOOTREQUEST &&
	       d->hlen == ETHER_ADDR_LEN && !memcmp(d->magic, magic, sizeof(magic));
}

/* Returns a packet socket on a link, or -1. */
static int open_link(const char *name)
{
	struct sockaddr_ll link = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (!link.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&link, sizeof(link)))
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	uint8_t frame[2048];
	struct dhcp d;
	ssize_t len;
	int fd;

	if (argc != 2)
		return 1;
	fd = open_link(argv[1]);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	do {
		len = recv(fd, frame, sizeof(frame), 0);
		if (len < 0) {
			perror("recv");
			return 1;
		}
	} while (!is_request(frame, (size_t)len, &d));
	printf("%02x:%02x:%02x:%02x:%02x:%02x\n", d.chaddr[0], d.chaddr[1], d.chaddr[2], d.chaddr[3], d.chaddr[4],
	       d.chaddr[5]);
	return 0;
}
