status
stat
