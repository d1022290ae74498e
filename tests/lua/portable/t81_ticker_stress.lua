-- T81 TestTickerStress, TestTickerConcurrentStress, TestMultiWakeupTicker, TestMultiWakeupTimer.
-- A very fast ticker while garbage is collected.
local stop = go.sync.atomic(0)
local hog = go.task(function()
  while stop:load() == 0 do
    collectgarbage()
    go.yield()
  end
end)
local ticker = go.time.ticker(0.000001)
for _ = 1, 200 do select { { recv = ticker } } end

-- Many goroutines on one ticker.
local wg = go.sync.waitgroup()
for _ = 1, 10 do
  wg:go(function()
    for _ = 1, 20 do select { { recv = ticker } } end
  end)
end
wg:wait()
ticker:stop()

-- Many goroutines on one timer: each time it is set one of them wakes.
local timer, out = go.time.timer(3600), chan()
for _ = 1, 10 do
  go(function()
    select { { recv = timer } }
    out:send(true)
  end)
end
for _ = 1, 10 do
  timer:reset(0)
  out:recv()
end
stop:store(1)
hog:join()
print "ticked" --> expect: ticked
