-- T21 TestStopTheWorldDeadlock: procs changes again and again while goroutines come, go and collect
-- garbage.
local before, stop = go.runtime.procs(), go.sync.atomic(0)
local ended = chan()
local function chain(n)
  if stop:load() == 1 then
    ended:close()
  else
    go(chain, n + 1)
  end
end
go(chain, 0)
go(function()
  while stop:load() == 0 do
    go.runtime.gc()
    go.yield()
  end
end)
local now = before
for i = 1, 300 do
  local n = i % 4 + 1
  assert(go.runtime.procs(n) == now, "tells what it was")
  now = n
  go.yield()
end
go.runtime.procs(before)
stop:store(1)
ended:recv()
print "no hang" --> expect: no hang
