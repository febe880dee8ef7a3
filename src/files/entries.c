/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The table: every name under /proc that Linux 4.18 to 7.2 register, of all architectures, and of
 * the patched kernels that one meets (Android, OpenVZ, ZFS). Names below a subtree need no row.
 *
 * A name without a row is hidden from containers; the concern of the others was chosen like this:
 *
 * HOST: what container engines mask (Docker, Podman: acpi asound kcore keys latency_stats
 * sched_debug scsi timer_list timer_stats), and by the same reasons
 *  - the kernel's memory, log and insides: kmsg vmcore kpage* profile lockdep* lock_stat last_kmsg;
 *    kallsyms, though its addresses are zero for most; slabinfo vmallocinfo pagetypeinfo allocinfo,
 *    by which one process can watch the allocations of others; iomem and ioports, the layout of the
 *    machine's memory, which weakens address randomisation
 *  - key-users with keys: both tell of users elsewhere on the machine
 *  - devices as old as the masked ones and alike: apm i8k toshiba ide mpt megaraid dri (its
 *    "clients" are numbers of host processes) xen; firmware of ia64, Alpha, PA-RISC: efi pal sal
 *    srm_environment chassis; knobs of User-mode Linux: mconsole exitcode sysemu
 *  - accounts of others: uid* of Android, bc vz user_beancounters of OpenVZ
 *
 * TUNE: what the same engines mount read-only (bus fs irq sys sysrq-trigger), and what is like it:
 * other trees of device settings, mtrr, dynamic_debug.
 *
 * SHARE: the rest. Deliberately so:
 *  - modules and config.gz, by which programs find out what the kernel can do (iptables,
 *    kube-proxy); both are the same for everybody with this kernel and its addresses are zero for
 *    most
 *  - interrupts softirqs schedstat buddyinfo zoneinfo vmstat diskstats: counters of the machine,
 *    which monitors in containers read; some are for resource views to narrow (newer Docker masks
 *    interrupts altogether, since the rhythm of somebody's typing can be read off it)
 *  - tty/drivers, by which ps names terminals
 *
 * The order is the kernel's: shorter names first, then by bytes (fs/proc/generic.c,
 * proc_match()), then self and thread-self.
 */

#include "entries.h"

#include <stddef.h>

#include "entry.h"
#include "resources.h"
#include "rewrite.h"

#define STAND_SYSCTL  (STAND_UTS | STAND_IPC | STAND_NET | STAND_USER)
#define STAND_SYSVIPC (STAND_IPC | STAND_USER | STAND_PID)

/* clang-format off */
#define RULE_BTIME	 "the machine, or the container; btime is in the reader's time namespace"
#define RULE_DISKSTATS	 "devices of the machine; their use by all, or by the container"
#define RULE_KEYS	 "keys the opener may view; processes as the machine numbers them"
#define RULE_KEY_USERS	 "users who have an id in the opener's user namespace"
#define RULE_KMSG	 "the kernel's log; behind CAP_SYSLOG if sys/kernel/dmesg_restrict is 1"
#define RULE_LOADAVG	 "the machine, or the container; the last field by the reader's PID namespace"
#define RULE_LOCKS	 "owners as numbered in the view; locks of those outside are left out"
#define RULE_MEMORY	 "the machine; with resources: what the container has and uses of its memory"
#define RULE_MTRR	 "the machine; behind CAP_SYS_ADMIN"
#define RULE_PRESSURE	 "stall times of the machine, or of the container; a write sets a trigger"
#define RULE_RESOURCES	 "the machine; addresses are zero without CAP_SYS_ADMIN over it"
#define RULE_SELF	 "the client's process as numbered in the view"
#define RULE_SWAPS	 "the machine, with resources: the container; paths from the reader's root"
#define RULE_SYSCTL	 "the machine, and the namespaces of whoever looks the name up"
#define RULE_SYSCTL_PID	 "the PID namespace of whoever reads it"
#define RULE_SYSVIPC	 "the opener's ipc namespace; processes by the opener's PID namespace"
#define RULE_THREAD_SELF "the client's thread as numbered in the view"
#define RULE_TTY_DRIVER	 "the machine; counters only for readers with CAP_SYS_ADMIN"
#define RULE_UPTIME	 "the machine, or the container; in the reader's time namespace"
#define RULE_UTS	 "the reader's uts namespace"
/* clang-format on */

const struct entry entries_any_share = ROW_ANY(entries_any_share, CONCERN_SHARE, WRITE_NEVER, NULL);
const struct entry entries_any_tune =
	ROW_ANY(entries_any_tune, CONCERN_TUNE, WRITE_MACHINE, RULE_SETTINGS);
const struct entry entries_any_host =
	ROW_ANY(entries_any_host, CONCERN_HOST, WRITE_NEVER, RULE_HOST);

static const struct entry any_sysctl = {
	.kind = ENTRY_RAW,
	.concern = CONCERN_TUNE,
	.write = WRITE_MACHINE,
	.each = EACH_ANY,
	.order = ORDER_BYTES,
	.each_row = &any_sysctl,
	.reader = STAND_SYSCTL,
	.rule = RULE_SYSCTL,
};

/* Those of the reader's, or the opener's, PID namespace (kernel/pid.c, kernel/pid_sysctl.h). */
#define ROW_SYSCTL_PID(NAME, MODE)                                                          \
	{                                                                                   \
		.name = (NAME), .kind = ENTRY_RAW, .mode = (MODE), .concern = CONCERN_TUNE, \
		.write = WRITE_MACHINE, .reader = STAND_PID, .rule = RULE_SYSCTL_PID        \
	}

#define ROW_SYSCTL_DIR(NAME, CHILDREN)                                                    \
	{                                                                                 \
		.name = (NAME), .kind = ENTRY_DIR, .mode = 0555, .concern = CONCERN_TUNE, \
		.reader = STAND_SYSCTL, .children = (CHILDREN), .each = EACH_ANY,         \
		.order = ORDER_BYTES, .each_row = &any_sysctl, .rule = RULE_SYSCTL        \
	}

static const struct entry sysctl_kernel_rows[] = {
	ROW_SYSCTL_PID("cad_pid", 0600),
	ROW_SYSCTL_PID("ns_last_pid", 0444),
	ROW_SYSCTL_PID("pid_max", 0644),
	ROW_END,
};

static const struct entry sysctl_vm_rows[] = {
	ROW_SYSCTL_PID("memfd_noexec", 0644),
	ROW_END,
};

static const struct entry sysctl_rows[] = {
	ROW_SYSCTL_DIR("kernel", sysctl_kernel_rows),
	ROW_SYSCTL_DIR("vm", sysctl_vm_rows),
	ROW_END,
};

/* The group's files are made by the same functions (kernel/cgroup/cgroup.c, cgroup_psi_files). */
#define ROW_PRESSURE(NAME)                                                                  \
	{                                                                                   \
		.name = (NAME), .kind = ENTRY_FILE, .mode = 0666, .concern = CONCERN_SHARE, \
		.write = WRITE_CLIENT, .resource = RESOURCE_PRESSURE,                       \
		.group_file = NAME ".pressure", .rule = RULE_PRESSURE                       \
	}

/* clang-format off */
static const struct entry pressure_rows[] = {
	ROW_PRESSURE("io"),
	ROW_PRESSURE("cpu"),
	ROW_PRESSURE("irq"),
	ROW_PRESSURE("memory"),
	ROW_END,
};

static const struct entry sysvipc_rows[] = {
	ROW_STAND("msg", 0444, CONCERN_SHARE, STAND_SYSVIPC, RULE_SYSVIPC),
	ROW_STAND("sem", 0444, CONCERN_SHARE, STAND_SYSVIPC, RULE_SYSVIPC),
	ROW_STAND("shm", 0444, CONCERN_SHARE, STAND_SYSVIPC, RULE_SYSVIPC),
	ROW_END,
};

/* driver is closed to users since the length of a password can be read off a line's counters. */
static const struct entry tty_rows[] = {
	ROW_SUBTREE("ldisc", 0555, CONCERN_SHARE, entries_any_share, RULE_MACHINE),
	ROW_SUBTREE("driver", 0500, CONCERN_HOST, entries_any_host, RULE_TTY_DRIVER),
	ROW_FILE("ldiscs", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("drivers", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_END,
};

static const struct entry root_rows[] = {
	ROW_SUBTREE("bc", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("fb", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_SUBTREE("fs", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_SUBTREE("vz", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("apm", 0444, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("bus", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_SUBTREE("cpu", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_FILE("dma", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_SUBTREE("dri", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("efi", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("i8k", 0444, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("ide", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("irq", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_SUBTREE("mpt", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("mtd", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_LINK("net", CONCERN_SHARE, RULE_CONSTANT),
	ROW_SUBTREE("pal", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("pmu", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_SUBTREE("sal", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("spl", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	{ .name = "sys",
	  .kind = ENTRY_DIR,
	  .mode = 0555,
	  .concern = CONCERN_TUNE,
	  .reader = STAND_SYSCTL,
	  .children = sysctl_rows,
	  .each = EACH_ANY,
	  .order = ORDER_BYTES,
	  .each_row = &any_sysctl,
	  .rule = RULE_SYSCTL },
	ROW_TABLE("tty", 0555, CONCERN_SHARE, tty_rows, RULE_MACHINE),
	ROW_SUBTREE("uid", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("xen", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("acpi", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("dasd", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_FILE("drbd", 0444, CONCERN_SHARE, RULE_MACHINE),
	/*
	 * Who waits for a key is current->pid in every instance (request_key_auth_new(); the golden
	 * case "keys"): not translated.
	 */
	ROW_STAND("keys", 0444, CONCERN_HOST, STAND_USER, RULE_KEYS),
	ROW_RAW("kmsg", 0400, CONCERN_HOST, RULE_KMSG),
	ROW_FILE("misc", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_WRITTEN("mtrr", 0644, CONCERN_TUNE, WRITE_MACHINE, RULE_MTRR),
	ROW_LINK("rtas", CONCERN_SHARE, RULE_CONSTANT),
	ROW_SUBTREE("scsi", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	{ .name = "stat", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_SHARE,
	  .reader = STAND_TIME, .record = true, .narrow = narrow_stat, .explain_line = explain_stat,
	  .resource = RESOURCE_CPUS | RESOURCE_STAT | RESOURCE_TIME,
	  .facts = FACTS_CPU | FACTS_CPU_TIME | FACTS_TIME | FACTS_LOAD, .rule = RULE_BTIME },
	ROW_FILE("atags", 0400, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("iomem", 0444, CONCERN_HOST, RULE_RESOURCES),
	ROW_RAW("kcore", 0400, CONCERN_HOST, RULE_HOST),
	ROW_TRANSLATED("locks", 0444, CONCERN_SHARE, rewrite_locks, RULE_LOCKS),
	ROW_LINK("ppc64", CONCERN_SHARE, RULE_CONSTANT),
	{ .name = "swaps", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_SHARE,
	  .reader = STAND_ROOT, .narrow = narrow_swaps, .explain_line = explain_swaps, .resource = RESOURCE_SWAPS,
	  .facts = FACTS_SWAP, .rule = RULE_SWAPS },
	ROW_SUBTREE("asound", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("crypto", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_SUBTREE("driver", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_FILE("mdstat", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_LINK("mounts", CONCERN_SHARE, RULE_CONSTANT),
	ROW_SUBTREE("sgi_uv", 0555, CONCERN_SHARE, entries_any_share, RULE_MACHINE),
	ROW_FILE("sysemu", 0600, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("uid_io", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	{ .name = "uptime", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_SHARE,
	  .reader = STAND_TIME, .record = true, .narrow = narrow_uptime, .explain_line = explain_uptime,
	  .resource = RESOURCE_TIME,
	  .facts = FACTS_CPU | FACTS_CPU_TIME | FACTS_TIME, .rule = RULE_UPTIME },
	ROW_RAW("vmcore", 0400, CONCERN_HOST, RULE_HOST),
	ROW_NARROWED("vmstat", 0444, narrow_vmstat, explain_vmstat, RESOURCE_VMSTAT, FACTS_MEMORY,
		      RULE_MEMORY),
	ROW_FILE("cgroups", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("chassis", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("cmdline", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_NARROWED("cpuinfo", 0444, narrow_cpuinfo, explain_cpuinfo, RESOURCE_CPUS, FACTS_CPU, RULE_CPUS),
	ROW_FILE("devices", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("ioports", 0444, CONCERN_HOST, RULE_RESOURCES),
	{ .name = "loadavg", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_SHARE,
	  .reader = STAND_PID, .record = true, .merge = rewrite_loadavg, .narrow = narrow_loadavg, .explain_line = explain_loadavg,
	  .resource = RESOURCE_LOADAVG, .facts = FACTS_LOAD, .rule = RULE_LOADAVG },
	ROW_FILE("lockdep", 0400, CONCERN_HOST, RULE_HOST),
	{ .name = "meminfo", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_SHARE,
	  .record = true, .narrow = narrow_meminfo, .explain_line = explain_meminfo,
	  .resource = RESOURCE_MEMINFO, .facts = FACTS_MEMORY, .rule = RULE_MEMORY },
	ROW_FILE("modules", 0444, CONCERN_SHARE, RULE_ADDRESSES),
	ROW_SUBTREE("powerpc", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_RAW("profile", 0644, CONCERN_HOST, RULE_HOST),
	ROW_FILE("sysinfo", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_TABLE("sysvipc", 0555, CONCERN_SHARE, sysvipc_rows, RULE_SYSVIPC),
	ROW_FILE("toshiba", 0644, CONCERN_HOST, RULE_HOST),
	ROW_STAND("version", 0444, CONCERN_SHARE, STAND_UTS, RULE_UTS),
	ROW_FILE("consoles", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("exitcode", 0600, CONCERN_HOST, RULE_HOST),
	ROW_FILE("hardware", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("kallsyms", 0444, CONCERN_HOST, RULE_ADDRESSES),
	ROW_FILE("mconsole", 0200, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("megaraid", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("openprom", 0555, CONCERN_SHARE, entries_any_share, RULE_MACHINE),
	ROW_TABLE("pressure", 0555, CONCERN_SHARE, pressure_rows, RULE_PRESSURE),
	ROW_FILE("slabinfo", 0400, CONCERN_HOST, RULE_HOST),
	ROW_NARROWED("softirqs", 0444, narrow_interrupts, explain_interrupts, RESOURCE_CPUS, FACTS_CPU, RULE_CPUS),
	ROW_FILE("zoneinfo", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("allocinfo", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("buddyinfo", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("config.gz", 0444, CONCERN_SHARE, RULE_MACHINE),
	{ .name = "diskstats", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_SHARE,
	  .narrow = narrow_diskstats, .explain_line = explain_diskstats, .resource = RESOURCE_DISKSTATS, .facts = FACTS_DISKS,
	  .rule = RULE_DISKSTATS },
	ROW_STAND("key-users", 0444, CONCERN_HOST, STAND_USER, RULE_KEY_USERS),
	ROW_FILE("last_kmsg", 0444, CONCERN_HOST, RULE_HOST),
	ROW_FILE("lock_stat", 0600, CONCERN_HOST, RULE_HOST),
	ROW_NARROWED("schedstat", 0444, narrow_schedstat, explain_schedstat, RESOURCE_CPUS, FACTS_CPU, RULE_CPUS),
	ROW_FILE("bootconfig", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_WRITTEN("cio_ignore", 0644, CONCERN_TUNE, WRITE_MACHINE, RULE_SETTINGS),
	ROW_WRITTEN("cio_settle", 0200, CONCERN_TUNE, WRITE_MACHINE, RULE_SETTINGS),
	ROW_NARROWED("interrupts", 0444, narrow_interrupts, explain_interrupts, RESOURCE_CPUS, FACTS_CPU, RULE_CPUS),
	ROW_RAW("kpagecount", 0400, CONCERN_HOST, RULE_HOST),
	ROW_RAW("kpageflags", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("partitions", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("timer_list", 0400, CONCERN_HOST, RULE_HOST),
	ROW_LINK("device-tree", CONCERN_SHARE, RULE_CONSTANT),
	ROW_FILE("execdomains", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("filesystems", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_RAW("kpagecgroup", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("sched_debug", 0444, CONCERN_HOST, RULE_HOST),
	ROW_FILE("timer_stats", 0644, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("uid_cputime", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("vmallocinfo", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("pagetypeinfo", 0400, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("uid_cpupower", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("uid_procstat", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_SUBTREE("dynamic_debug", 0555, CONCERN_TUNE, entries_any_tune, RULE_SETTINGS),
	ROW_FILE("latency_stats", 0644, CONCERN_HOST, RULE_HOST),
	ROW_FILE("lockdep_stats", 0400, CONCERN_HOST, RULE_HOST),
	ROW_WRITTEN("sysrq-trigger", 0200, CONCERN_TUNE, WRITE_MACHINE, RULE_SETTINGS),
	ROW_FILE("lockdep_chains", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("service_levels", 0444, CONCERN_SHARE, RULE_MACHINE),
	ROW_FILE("slab_allocators", 0400, CONCERN_HOST, RULE_HOST),
	ROW_SUBTREE("srm_environment", 0555, CONCERN_HOST, entries_any_host, RULE_HOST),
	ROW_FILE("uid_time_in_state", 0444, CONCERN_HOST, RULE_HOST),
	ROW_FILE("user_beancounters", 0400, CONCERN_HOST, RULE_HOST),
	ROW_FILE("version_signature", 0444, CONCERN_SHARE, RULE_UTS),
	ROW_FILE("uid_concurrent_active_time", 0444, CONCERN_HOST, RULE_HOST),
	ROW_FILE("uid_concurrent_policy_time", 0444, CONCERN_HOST, RULE_HOST),
	{ .name = "self", .kind = ENTRY_SELF, .mode = 0777, .rule = RULE_SELF },
	{ .name = "thread-self",
	  .kind = ENTRY_THREAD_SELF,
	  .mode = 0777,
	  .rule = RULE_THREAD_SELF },
	ROW_END,
};
/* clang-format on */

static const struct entry process_row = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.concern = CONCERN_TASK,
	.children = entries_task,
	.order = ORDER_TABLE,
	.probe = "ns/pid", /* fs/proc/namespaces.c, proc_ns_readlink() */
};

const struct entry proc_root_entry = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.concern = CONCERN_SHARE,
	.children = root_rows,
	.each = EACH_PROCESS,
	.each_row = &process_row,
};
