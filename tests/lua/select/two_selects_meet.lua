local ch, out = chan(), chan()
go(function() out:send((select { { send = ch, value = "hello" } })) end)
print(select { { recv = ch } }) --> expect: 1	hello	true
print((out:recv()))             --> expect: 1
