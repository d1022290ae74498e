local out = chan()
for i = 1, 5 do
  go(function()
    go.runtime.lock_thread()
    go.yield()
    out:send(i)
    go.runtime.unlock_thread()
  end)
end
local sum = 0
for _ = 1, 5 do sum = sum + out:recv() end
print(sum) --> expect: 15
