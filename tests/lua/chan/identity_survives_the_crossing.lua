local ch, back = chan(), chan()
go(function()
  local inner = ch:recv()
  back:send(inner == back)
  back:send(({ [back] = "as a key" })[inner])
end)
ch:send(back)
print((back:recv())) --> expect: true
print((back:recv())) --> expect: as a key
