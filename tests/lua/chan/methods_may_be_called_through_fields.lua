local ch = chan(1)
local send, recv = ch.send, ch.recv
send(ch, "v")
print((recv(ch))) --> expect: v
