ns
status
sched
stat
