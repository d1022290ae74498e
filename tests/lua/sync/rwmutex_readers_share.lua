local rw, inside, gate = go.sync.rwmutex(), chan(3), chan()
local wg = go.sync.waitgroup()
for _ = 1, 3 do
  wg:go(function()
    rw:rlock()
    inside:send(true)
    gate:recv()
    rw:runlock()
  end)
end
for _ = 1, 3 do inside:recv() end -- all three are inside at once
gate:close()
wg:wait()
print "shared" --> expect: shared
