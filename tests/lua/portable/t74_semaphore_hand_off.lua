-- T74 TestSemaHandoff: a release hands the token to who waits, before the releaser can take it
-- again.  Each needs two of three, so the third tells the holder whether the other one waits: it
-- can be had only while nobody does.
local sem, log, done = go.sync.semaphore(3), chan(400), go.sync.atomic(0)
local wg = go.sync.waitgroup()
for me = 1, 2 do
  wg:go(function()
    for _ = 1, 200 do
      sem:acquire(2)
      log:send(me)
      while done:load() == 0 and sem:try_acquire() do
        sem:release()
        go.yield()
      end
      sem:release(2)
    end
    done:add(1)
  end)
end
wg:wait()
local changes, last = 0, log:recv()
for _ = 2, 400 do
  local now = log:recv()
  if now ~= last then changes = changes + 1 end
  last = now
end
print(changes) --> expect: 399
