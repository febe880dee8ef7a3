task
ns
status
sched
stat
