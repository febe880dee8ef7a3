/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The table of /sys/devices/system: what tells of CPUs and memory nodes, so that it agrees with cpuinfo, stat and
 * meminfo of the same view. A view that shows a container's resources has no name but these, whatever the profile: what
 * has no row may say the machine's. docs/resources.md has the reasons.
 *
 * HOST: settings and states of the hardware that are the machine's own (power, frequencies, microcode, hotplug), and
 * what has CPUs or nodes in it that we do not narrow: has_cpu, vmstat and huge pages of a node, links to CPUs.
 * SHARE: facts about the hardware, as in cpuinfo; counters of nodes, which are nobody's.
 *
 * Links lead to somewhere else in sysfs, except cpuN/nodeN, which stays inside.
 */

#include "sys_entries.h"

#include "entries.h"
#include "resources.h"

/* clang-format off */
#define RULE_CPU_NAMES	 "the CPUs of the container, renumbered"
#define RULE_NODE_MEMORY "the machine, or what of it the container may have"
#define RULE_NODE_COUNTS "counters of the machine's node"

/* clang-format on */

#define ROW_CPUS(NAME)                                                                        \
	ROW_NARROWED(NAME, 0444, narrow_cpus_present, explain_cpus, RESOURCE_CPUS, FACTS_CPU, \
		     RULE_CPUS)
#define ROW_CPU_LIST(NAME) \
	ROW_NARROWED(NAME, 0444, narrow_cpu_list, explain_cpus, RESOURCE_CPUS, FACTS_CPU, RULE_CPUS)
#define ROW_CPU_MASK(NAME) \
	ROW_NARROWED(NAME, 0444, narrow_cpu_mask, explain_cpus, RESOURCE_CPUS, FACTS_CPU, RULE_CPUS)
#define ROW_NODE_LIST(NAME)                                                             \
	ROW_NARROWED(NAME, 0444, narrow_node_list, explain_node_list, RESOURCE_MEMINFO, \
		     FACTS_NODES, RULE_NODE_MEMORY)
#define ROW_HARDWARE(NAME)    ROW_FILE(NAME, 0444, CONCERN_SHARE, RULE_MACHINE)
#define ROW_UEVENT	      ROW_FILE("uevent", 0644, CONCERN_SHARE, RULE_MACHINE)
#define ROW_HIDDEN(NAME)      ROW_FILE(NAME, 0444, CONCERN_HOST, RULE_HOST)
#define ROW_HIDDEN_DIR(NAME)  ROW_SUBTREE(NAME, 0555, CONCERN_HOST, entries_any_host, RULE_HOST)
#define ROW_HIDDEN_LINK(NAME) ROW_LINK(NAME, CONCERN_HOST, RULE_HOST)

static const struct entry topology_rows[] = {
	ROW_HIDDEN("ppin"), /* the serial number of the package */
	ROW_HARDWARE("die_id"),
	ROW_HARDWARE("book_id"),
	ROW_HARDWARE("core_id"),
	ROW_CPU_MASK("die_cpus"),
	ROW_CPU_MASK("core_cpus"),
	ROW_HARDWARE("drawer_id"),
	ROW_HARDWARE("cluster_id"),
	ROW_CPU_MASK("cluster_cpus"),
	ROW_CPU_MASK("package_cpus"),
	ROW_CPU_MASK("book_siblings"),
	ROW_CPU_MASK("core_siblings"),
	ROW_CPU_LIST("die_cpus_list"),
	ROW_CPU_LIST("core_cpus_list"),
	ROW_CPU_MASK("drawer_siblings"),
	ROW_CPU_MASK("thread_siblings"),
	ROW_CPU_LIST("cluster_cpus_list"),
	ROW_CPU_LIST("package_cpus_list"),
	ROW_CPU_LIST("book_siblings_list"),
	ROW_CPU_LIST("core_siblings_list"),
	ROW_HARDWARE("physical_package_id"),
	ROW_CPU_LIST("drawer_siblings_list"),
	ROW_CPU_LIST("thread_siblings_list"),
	ROW_END,
};

static const struct entry cache_index_rows[] = {
	ROW_HARDWARE("id"),
	ROW_HARDWARE("size"),
	ROW_HARDWARE("type"),
	ROW_HARDWARE("level"),
	ROW_HIDDEN_DIR("power"),
	ROW_UEVENT,
	ROW_HARDWARE("attributes"),
	ROW_HARDWARE("write_policy"),
	ROW_HARDWARE("number_of_sets"),
	ROW_CPU_MASK("shared_cpu_map"),
	ROW_CPU_LIST("shared_cpu_list"),
	ROW_HARDWARE("allocation_policy"),
	ROW_HARDWARE("coherency_line_size"),
	ROW_HARDWARE("ways_of_associativity"),
	ROW_HARDWARE("physical_line_partition"),
	ROW_END,
};

static const struct entry cache_index_row = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.children = cache_index_rows,
	.rule = RULE_MACHINE,
};

static const struct entry cache_rows[] = {
	ROW_HIDDEN_DIR("power"),
	ROW_UEVENT,
	ROW_END,
};

static const struct entry node_link_row = {
	.kind = ENTRY_LINK,
	.mode = 0777,
	.rule = RULE_CONSTANT,
};

static const struct entry cpu_rows[] = {
	ROW_SUBTREE("regs", 0555, CONCERN_SHARE, entries_any_share, RULE_MACHINE),
	{ .name = "cache",
	  .kind = ENTRY_DIR,
	  .mode = 0555,
	  .children = cache_rows,
	  .each = EACH_INDEXED,
	  .each_prefix = "index",
	  .each_row = &cache_index_row,
	  .rule = RULE_MACHINE },
	ROW_HIDDEN_DIR("power"),
	ROW_HIDDEN_LINK("driver"),
	ROW_FILE("online", 0644, CONCERN_TUNE, RULE_SETTINGS),
	ROW_UEVENT,
	ROW_HIDDEN_LINK("cpufreq"),
	ROW_HIDDEN_DIR("cpuidle"),
	ROW_HIDDEN_DIR("hotplug"),
	ROW_HIDDEN_LINK("of_node"),
	ROW_TABLE("topology", 0555, CONCERN_SHARE, topology_rows, RULE_CPUS),
	ROW_HIDDEN_DIR("acpi_cppc"),
	ROW_HIDDEN_DIR("microcode"),
	ROW_HIDDEN_LINK("subsystem"),
	ROW_FILE("crash_notes", 0400, CONCERN_HOST, RULE_HOST),
	ROW_HARDWARE("cpu_capacity"),
	ROW_HIDDEN_LINK("firmware_node"),
	ROW_FILE("crash_notes_size", 0400, CONCERN_HOST, RULE_HOST),
	ROW_HIDDEN_DIR("thermal_throttle"),
	ROW_END,
};

static const struct entry cpu_row = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.children = cpu_rows,
	.each = EACH_INDEXED,
	.each_prefix = "node",
	.each_row = &node_link_row,
	.rule = RULE_CPU_NAMES,
};

static const struct entry smt_rows[] = {
	ROW_HARDWARE("active"),
	ROW_FILE("control", 0644, CONCERN_TUNE, RULE_SETTINGS),
	ROW_END,
};

static const struct entry cpus_rows[] = {
	ROW_TABLE("smt", 0555, CONCERN_SHARE, smt_rows, RULE_MACHINE),
	ROW_HIDDEN_DIR("power"),
	ROW_FILE("probe", 0200, CONCERN_HOST, RULE_HOST),
	ROW_CPUS("online"),
	ROW_UEVENT,
	ROW_HIDDEN_DIR("cpufreq"),
	ROW_HIDDEN_DIR("cpuidle"),
	ROW_CPUS("enabled"),
	ROW_HIDDEN_DIR("hotplug"),
	ROW_CPU_LIST("offline"),
	ROW_CPUS("present"),
	ROW_FILE("release", 0200, CONCERN_HOST, RULE_HOST),
	ROW_CPU_LIST("isolated"),
	ROW_HARDWARE("modalias"),
	ROW_CPUS("possible"),
	ROW_HIDDEN_DIR("microcode"),
	ROW_CPU_LIST("nohz_full"),
	ROW_HIDDEN_DIR("amd_pstate"),
	ROW_HARDWARE("kernel_max"),
	ROW_CPU_LIST("aarch32_el0"),
	ROW_HIDDEN_DIR("intel_pstate"),
	ROW_HIDDEN("crash_hotplug"),
	ROW_HIDDEN_DIR("umwait_control"),
	ROW_SUBTREE("vulnerabilities", 0555, CONCERN_SHARE, entries_any_share, RULE_MACHINE),
	ROW_END,
};

static const struct entry node_rows[] = {
	ROW_HIDDEN_DIR("power"),
	ROW_CPU_MASK("cpumap"),
	ROW_UEVENT,
	ROW_HIDDEN("vmstat"),
	ROW_FILE("compact", 0200, CONCERN_HOST, RULE_HOST),
	ROW_CPU_LIST("cpulist"),
	ROW_NARROWED("meminfo", 0444, narrow_node_meminfo, explain_node_meminfo, RESOURCE_MEMINFO,
		     FACTS_MEMORY | FACTS_NODES, RULE_NODE_MEMORY),
	ROW_FILE("reclaim", 0200, CONCERN_HOST, RULE_HOST),
	ROW_HARDWARE("distance"),
	ROW_FILE("numastat", 0444, CONCERN_SHARE, RULE_NODE_COUNTS),
	ROW_HIDDEN_DIR("hugepages"),
	ROW_HIDDEN_LINK("subsystem"),
	ROW_END,
};

static const struct entry node_row = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.children = node_rows,
	.rule = RULE_MACHINE,
};

static const struct entry nodes_rows[] = {
	ROW_HIDDEN_DIR("power"),
	ROW_HARDWARE("online"),
	ROW_UEVENT,
	ROW_HIDDEN("has_cpu"),
	ROW_HARDWARE("possible"),
	ROW_NODE_LIST("has_memory"),
	ROW_NODE_LIST("has_high_memory"),
	ROW_NODE_LIST("has_normal_memory"),
	ROW_HARDWARE("has_generic_initiator"),
	ROW_END,
};

static const struct entry root_rows[] = {
	{ .name = "cpu",
	  .kind = ENTRY_DIR,
	  .mode = 0555,
	  .children = cpus_rows,
	  .each = EACH_INDEXED,
	  .each_prefix = "cpu",
	  .each_row = &cpu_row,
	  .names = &sys_cpu_names,
	  .resource = RESOURCE_CPUS,
	  .facts = FACTS_CPU,
	  .rule = RULE_CPU_NAMES },
	{ .name = "node",
	  .kind = ENTRY_DIR,
	  .mode = 0555,
	  .children = nodes_rows,
	  .each = EACH_INDEXED,
	  .each_prefix = "node",
	  .each_row = &node_row,
	  .rule = RULE_MACHINE },
	ROW_END,
};
const struct entry sys_root_entry = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.children = root_rows,
	.rule = RULE_MACHINE,
};
