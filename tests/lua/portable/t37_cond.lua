-- T37 TestCondSignal, TestCondSignalGenerations, TestCondBroadcast, TestCondSignalStealing.
package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local m = go.sync.mutex()
local cond, awake = go.sync.cond(m), chan(200)
local function start(id)
  local name = "waiter " .. id
  go(function()
    go.name(name)
    m:lock()
    cond:wait()
    awake:send(id)
    m:unlock()
  end)
  return name
end

-- Each signal wakes exactly one, the one that waited longest.
for id = 1, 10 do blocked(start(id), "sync.Cond.Wait") end
for id = 1, 10 do
  m:lock()
  cond:signal()
  m:unlock()
  assert(awake:recv() == id, "first come, first served")
  assert(not select(2, awake:try_recv()), "one only")
end

-- A signal belongs to those who waited when it came.
for id = 1, 50 do
  blocked(start(id), "sync.Cond.Wait")
  if id > 1 then
    m:lock()
    cond:signal()
    m:unlock()
    assert(awake:recv() == id - 1)
  end
end
m:lock()
cond:signal()
m:unlock()
assert(awake:recv() == 50)

-- A broadcast wakes all, once.
for id = 1, 20 do blocked(start(id), "sync.Cond.Wait") end
m:lock()
cond:broadcast()
m:unlock()
local seen = {}
for _ = 1, 20 do
  local id = awake:recv()
  assert(not seen[id])
  seen[id] = true
end
assert(not select(2, awake:try_recv()))
print "in order" --> expect: in order
