ns
status
stat
