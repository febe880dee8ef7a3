# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints what psutil knows of the processes and the machine, but for what moves between two calls."""
import psutil

MOVING = {"cpu_times", "cpu_percent", "cpu_num", "num_ctx_switches", "memory_percent", "status",
          "memory_info", "memory_full_info", "io_counters", "create_time"}
OF_OTHERS = {"memory_maps", "threads", "environ", "open_files", "num_fds"}
own = psutil.Process()
names = sorted(own.as_dict().keys() - MOVING)
for process in psutil.process_iter():
    if process.pid > 1000 and process.pid != own.pid:
        continue
    facts = process.as_dict(attrs=names)
    if process.pid == own.pid:
        facts = {name: fact for name, fact in facts.items() if name not in OF_OTHERS}
    else:
        facts["state"] = process.status()
        facts["memory"] = process.memory_full_info()
        facts["time"] = process.cpu_times()
        facts["created"] = process.create_time()
    for name in sorted(facts):
        print(process.pid, name, facts[name])
print([pid for pid in psutil.pids() if pid <= 1000], psutil.pid_exists(1), psutil.pid_exists(99999))
print(sorted(psutil.net_connections()), sorted(psutil.net_if_stats()))
print(sorted(p for p in psutil.disk_partitions(all=True)
             if p.mountpoint != "/proc" and "/.k/" not in p.mountpoint))
print(psutil.boot_time(), psutil.cpu_count(), psutil.cpu_count(logical=False))
print(psutil.virtual_memory().total, psutil.swap_memory().total, len(psutil.cpu_times(percpu=True)))
print(sorted(psutil.disk_io_counters(perdisk=True)), sorted(psutil.net_io_counters(pernic=True)))
print([p.pid for p in psutil.Process(1).children(recursive=True) if p.pid <= 1000], own.parents())
for limit in ("RLIMIT_NOFILE", "RLIMIT_CORE"):
    print(limit, psutil.Process(1).rlimit(getattr(psutil, limit)))
