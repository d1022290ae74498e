package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local m = go.sync.mutex()
local cond, wg = go.sync.cond(m), go.sync.waitgroup()
for i = 1, 5 do
  wg:go(function()
    go.name("waiter " .. i)
    local _ <close> = m:lock()
    cond:wait()
  end)
  blocked("waiter " .. i, "sync.Cond.Wait")
end
m:lock()
cond:broadcast()
m:unlock()
wg:wait()
print "all" --> expect: all
