local a, b, out = chan(), chan(), chan()
go(function() out:send((b:recv())) end)
local i = select { { send = a, value = "for a" }, { send = b, value = "for b" } }
print(i)            --> expect: 2
print((out:recv())) --> expect: for b
