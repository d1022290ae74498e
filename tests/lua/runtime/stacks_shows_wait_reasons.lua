package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local ch, m, rw, rw2 = chan(), go.sync.mutex(), go.sync.rwmutex(), go.sync.rwmutex()
local wg, cm = go.sync.waitgroup(), go.sync.mutex()
local cond = go.sync.cond(cm)
m:lock()
rw:lock()
rw2:rlock()
wg:add(1)
local ways = {
  ["chan send"] = function() ch:send(1) end,
  ["select"] = function() select { { recv = chan() }, { recv = chan() } } end,
  ["select (no cases)"] = function() select {} end,
  ["sleep"] = function() go.sleep(1000) end,
  ["sync.Mutex.Lock"] = function() m:lock() end,
  ["sync.RWMutex.RLock"] = function() rw:rlock() end,
  ["sync.RWMutex.Lock"] = function() rw2:lock() end,
  ["sync.WaitGroup.Wait"] = function() wg:wait() end,
  ["sync.Cond.Wait"] = function() cm:lock() cond:wait() end,
}
local count = 0
for reason, way in pairs(ways) do
  go(function()
    go.name("in " .. reason)
    way()
  end)
  blocked("in " .. reason, reason)
  count = count + 1
end
print(count) --> expect: 9
