self
thread-self
1
12
