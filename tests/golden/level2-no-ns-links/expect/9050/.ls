task
status
stat
