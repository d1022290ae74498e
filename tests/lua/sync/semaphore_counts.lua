local sem, inside, most = go.sync.semaphore(3), go.sync.atomic(0), go.sync.atomic(0)
local wg = go.sync.waitgroup()
for _ = 1, 12 do
  wg:go(function()
    sem:acquire()
    local now = inside:add(1)
    while true do
      local seen = most:load()
      if now <= seen or most:cas(seen, now) then break end
    end
    go.yield()
    inside:add(-1)
    sem:release()
  end)
end
wg:wait()
print(most:load() <= 3, inside:load()) --> expect: true	0
