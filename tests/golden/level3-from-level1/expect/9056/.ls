task
ns
status
stat
