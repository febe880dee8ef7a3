/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * PID/net: what each protocol registers in a network namespace (net/, and drivers/net/ for pktgen,
 * bonding and the like). All of it is the namespace's own, so it may be shared with whoever is in
 * it. In the kernel's order: shorter names first, then by bytes.
 */

#include "entries.h"

#include <stddef.h>

#include "entry.h"
#include "rewrite.h"

#define RULE_NET_UIDS  "the network namespace; user ids by the opener's user namespace"
#define RULE_FLOWLABEL "the network namespace; owners as numbered in the view, or user ids"

/* clang-format off */
static const struct entry ipconfig_rows[] = {
	ROW_FILE("ntp_servers", 0444, CONCERN_SHARE, RULE_NET),
	ROW_END,
};

static const struct entry netfilter_rows[] = {
	ROW_FILE("nf_log", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nfnetlink_log", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nfnetlink_queue", 0440, CONCERN_SHARE, RULE_NET),
	ROW_END,
};

static const struct entry nfsfs_rows[] = {
	ROW_FILE("servers", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("volumes", 0444, CONCERN_SHARE, RULE_NET),
	ROW_END,
};

static const struct entry sctp_rows[] = {
	ROW_STAND("eps", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("snmp", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("assocs", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("remaddr", 0444, CONCERN_SHARE, RULE_NET),
	ROW_END,
};

/* The neighbour caches are there in the first network namespace only. */
static const struct entry stat_rows[] = {
	ROW_FILE("rt_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("synproxy", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("arp_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ndisc_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nf_conntrack", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nf_flowtable", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("clip_arp_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("dn_neigh_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_END,
};

const struct entry entries_net[] = {
	ROW_STAND("nr", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_SUBTREE("afs", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("arp", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("atm", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_SUBTREE("can", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("dev", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("hci", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_SUBTREE("ipx", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_STAND("iso", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("kcm", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("llc", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("pnp", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("raw", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_SUBTREE("rpc", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("scc", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("sco", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("tcp", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("udp", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_SUBTREE("x25", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("yam", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("ax25", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("bnep", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("cmtp", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("hidp", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("icmp", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("igmp", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("irda", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_SUBTREE("quic", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_STAND("raw6", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("rose", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_TABLE("sctp", 0555, CONCERN_SHARE, sctp_rows, RULE_NET),
	ROW_FILE("snmp", 0444, CONCERN_SHARE, RULE_NET),
	ROW_TABLE("stat", 0555, CONCERN_SHARE, stat_rows, RULE_NET),
	ROW_STAND("tcp6", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("udp6", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("unix", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("vlan", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_SUBTREE("atalk", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_STAND("icmp6", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("igmp6", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("l2cap", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_TABLE("nfsfs", 0555, CONCERN_SHARE, nfsfs_rows, RULE_NET),
	ROW_STAND("pfkey", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("pppoe", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ptype", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("route", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("rxrpc", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("snmp6", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("decnet", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("hostap", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_STAND("packet", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_STAND("phonet", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_SUBTREE("pktgen", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("psched", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("rfcomm", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_SUBTREE("bonding", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_SUBTREE("can-bcm", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("netlink", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("netstat", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("rt_acct", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("udplite", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("anycast6", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("bpqether", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("fib_trie", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("if_inet6", 0444, CONCERN_SHARE, RULE_NET),
	ROW_TABLE("ipconfig", 0555, CONCERN_SHARE, ipconfig_rows, RULE_NET),
	ROW_FILE("mcfilter", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nr_neigh", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nr_nodes", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("pppol2tp", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("rt_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("sockstat", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("tls_stat", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("udplite6", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("wireless", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("connector", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("dev_mcast", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("dev_snmp6", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("ip_mr_vif", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs_app", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("kcm_stats", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("mcfilter6", 0444, CONCERN_SHARE, RULE_NET),
	ROW_TABLE("netfilter", 0555, CONCERN_SHARE, netfilter_rows, RULE_NET),
	ROW_FILE("protocols", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("rt6_stats", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("sockstat6", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("xfrm_stat", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("xt_recent", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("ax25_calls", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ax25_route", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("decnet_dev", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip6_mr_vif", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs_conn", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ipv6_route", 0444, CONCERN_SHARE, RULE_NET),
	ROW_STAND("pnresource", 0444, CONCERN_SHARE, STAND_USER, RULE_NET_UIDS),
	ROW_FILE("rose_neigh", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("rose_nodes", 0444, CONCERN_SHARE, RULE_NET),
	ROW_SUBTREE("xt_qtaguid", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("ip_mr_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs_stats", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("rose_routes", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("decnet_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("decnet_neigh", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("fib_triestat", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip6_mr_cache", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs_status", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nf_conntrack", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("softnet_stat", 0444, CONCERN_SHARE, RULE_NET),
	ROW_TRANSLATED("ip6_flowlabel", 0444, CONCERN_SHARE, rewrite_ip6_flowlabel,
		       RULE_FLOWLABEL),
	ROW_SUBTREE("ipt_CLUSTERIP", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_SUBTREE("ipt_hashlimit", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_SUBTREE("ip6t_hashlimit", 0555, CONCERN_SHARE, entries_any_share, RULE_NET),
	ROW_FILE("ip_tables_names", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs_conn_sync", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("arp_tables_names", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip6_tables_names", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_tables_matches", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_tables_targets", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("arp_tables_matches", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("arp_tables_targets", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip6_tables_matches", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip6_tables_targets", 0440, CONCERN_SHARE, RULE_NET),
	ROW_FILE("ip_vs_stats_percpu", 0444, CONCERN_SHARE, RULE_NET),
	ROW_FILE("nf_conntrack_expect", 0440, CONCERN_SHARE, RULE_NET),
	ROW_END,
};
/* clang-format on */
