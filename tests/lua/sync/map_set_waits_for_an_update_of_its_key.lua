local blocked = dofile("../support/blocked.lua")
local m, inside, gate = go.sync.map(), chan(), chan()
m:set("k", 1)
local update = go.task(function()
  m:update("k", function(v)
    inside:close()
    gate:recv()
    return v + 1
  end)
end)
inside:recv()
local set = go.task(function()
  go.name "setter"
  m:set("k", 100)
  return m:get("k")
end)
m:set("other", true)                            -- nobody else waits
blocked("setter", "sync.Mutex.Lock")
print(m:get("k"))             --> expect: 1
gate:close()
update:join()
print(set:join())             --> expect: 100
