local ch, out = chan(), chan()
go(function() out:send((ch:recv())) end)
while not ch:try_send("met") do go.yield() end
print((out:recv())) --> expect: met
