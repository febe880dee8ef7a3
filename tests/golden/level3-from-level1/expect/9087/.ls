task
ns
status
stat
timers
