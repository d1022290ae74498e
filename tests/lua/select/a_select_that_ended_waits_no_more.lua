-- Its places in the queues of the other channels are gone.
local a, b = chan(), chan(1)
go(function()
  for _ = 1, 100 do b:send(1) end
end)
for _ = 1, 100 do
  assert(select { { recv = a }, { send = a, value = 0 }, { recv = b } } == 3)
end
print(a:try_send(1), (a:try_recv())) --> expect: false	nil
