status
sched
stat
