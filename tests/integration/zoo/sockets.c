/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets of each family, and an IPv6 flow label, whose owner /proc/net/ip6_flowlabel names. */

#include "zoo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_on_loopback(struct sockaddr_in *ret_address)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 4) < 0)
		return pen_fail("listen");
	if (getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		return pen_fail("getsockname");
	*ret_address = a;
	return fd;
}

/* Listening only: a connected pair would have timers that move. */
static int inet(const struct pen *pen)
{
	struct sockaddr_in a;
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int r = listen_on_loopback(&a), udp = socket(AF_INET, SOCK_DGRAM, 0), tcp6;

	if (r < 0)
		return r;
	if (udp < 0 || connect(udp, (struct sockaddr *)&a, sizeof(a)) < 0)
		return pen_fail("udp");
	if (socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) < 0)
		return pen_fail("raw");
	tcp6 = socket(AF_INET6, SOCK_STREAM, 0);
	if (tcp6 < 0 || bind(tcp6, (struct sockaddr *)&a6, sizeof(a6)) < 0 || listen(tcp6, 1) < 0)
		return pen_skip(pen, "IPv6", errno);
	return 0;
}

static int local(const struct pen *pen)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int pair[2], fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)pen;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0 || fd < 0)
		return pen_fail("socket");
	/* Without a name the kernel makes up an abstract one. */
	if (bind(fd, (struct sockaddr *)&a, sizeof(a.sun_family)) < 0 || listen(fd, 1) < 0)
		return pen_fail("bind");
	return 0;
}

static int others(const struct pen *pen)
{
	if (socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) < 0)
		return pen_fail("netlink");
	if (socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_LOOP)) < 0)
		return pen_skip(pen, "packet sockets", errno);
	return 0;
}

static int flow_label(const struct pen *pen)
{
	struct in6_flowlabel_req request = {
		.flr_dst = IN6ADDR_LOOPBACK_INIT,
		.flr_label = 0, /* the kernel picks a free one */
		.flr_action = IPV6_FL_A_GET,
		.flr_share = IPV6_FL_S_PROCESS, /* the owner is a process, and is shown */
		.flr_flags = IPV6_FL_F_CREATE,
		.flr_expires = 6, /* seconds that it outlives its owner: the minimum */
		.flr_linger = 6,
	};
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &request, sizeof(request)) < 0)
		return pen_skip(pen, "IPv6 flow labels", errno);
	return 0;
}

const struct animal zoo_sockets[] = {
	{ "sock-inet", inet },
	{ "sock-unix", local },
	{ "sock-others", others },
	{ "sock-flowlabel", flow_label },
	{ 0 },
};
