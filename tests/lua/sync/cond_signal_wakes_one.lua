package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local m = go.sync.mutex()
local cond, out = go.sync.cond(m), chan(3)
for i = 1, 3 do
  go(function()
    go.name("waiter " .. i)
    m:lock()
    cond:wait()
    m:unlock()
    out:send(i)
  end)
  blocked("waiter " .. i, "sync.Cond.Wait")
end
for _ = 1, 3 do
  m:lock()
  cond:signal()
  m:unlock()
  print((out:recv()), (out:try_recv()))
end
-- The longest waiter first, and nobody else.
--> expect: 1	nil
--> expect: 2	nil
--> expect: 3	nil
