-- T34 sendstmt.go: a channel sent through a channel is that channel.
local outer, inner = chan(1), chan(1)
outer:send(inner)
local got = outer:recv()
got:send(true)
print(got == inner, (inner:recv())) --> expect: true	true
local chosen = chan(1)
select { { send = outer, value = chosen } }
outer:recv():send("through both")
print((chosen:recv())) --> expect: through both
