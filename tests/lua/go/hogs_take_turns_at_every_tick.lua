-- The bug: an item from the global queue, taken at a 61st tick right after one that had inherited its
-- slice, did not count as a tick; so the next look was at a 61st tick again, and a hog that went
-- back to the global queue each time was all that ever ran.
--> procs: 1
for _ = 1, 130 do
  local started = chan()
  local hog = go.task(function()
    started:close()
    for _ = 1, math.huge do end
  end)
  started:recv()
  go.sleep(0.001)
  go.yield()
  hog:kill()
  assert(not hog:result())
end
print "turns" --> expect: turns
