local stop, left = go.sync.atomic(0), go.sync.atomic(0)
local ch = chan()
for _ = 1, 4 do
  go(function()
    while stop:load() == 0 do ch:send(1) end
    left:add(1)
  end)
end
local sum = 0
for round = 1, 30 do
  go.runtime.procs(round % 5 + 1)
  for _ = 1, 20 do sum = sum + ch:recv() end
end
stop:store(1)
while left:load() < 4 do
  ch:try_recv()
  go.yield()
end
print(sum) --> expect: 600
