fd
fdinfo
ns
status
stat
