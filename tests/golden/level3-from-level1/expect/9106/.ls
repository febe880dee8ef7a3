ns
net
status
stat
