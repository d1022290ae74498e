-- T74 TestSemaHandoff: a release hands the token to who waits, before the releaser can take it
-- again.
local sem, log = go.sync.semaphore(1), chan(400)
local wg = go.sync.waitgroup()
for me = 1, 2 do
  wg:go(function()
    for _ = 1, 200 do
      sem:acquire()
      log:send(me)
      go.sleep(0.0001) -- long enough for the other one to wait
      sem:release()
    end
  end)
end
wg:wait()
local changes, last = 0, log:recv()
for _ = 2, 400 do
  local now = log:recv()
  if now ~= last then changes = changes + 1 end
  last = now
end
assert(changes > 266, changes)
print "handed over" --> expect: handed over
