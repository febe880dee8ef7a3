task
comm
