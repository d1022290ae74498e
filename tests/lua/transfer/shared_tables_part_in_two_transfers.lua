local shared = {}
local ch = chan(2)
ch:send(shared)
ch:send(shared)
print((ch:recv()) == (ch:recv())) --> expect: false
