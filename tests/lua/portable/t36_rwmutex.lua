-- T36 TestParallelReaders, TestRWMutex: n readers at once, one writer alone, never both.
local rw = go.sync.rwmutex()
do
  local inside, leave, wg = chan(), chan(), go.sync.waitgroup()
  for _ = 1, 10 do
    wg:go(function()
      rw:rlock()
      inside:send(true)
      leave:recv()
      rw:runlock()
    end)
  end
  for _ = 1, 10 do inside:recv() end
  leave:close()
  wg:wait()
end

-- Readers count 1 each, a writer 10000: the sum is never mixed.
local activity, wg = go.sync.atomic(0), go.sync.waitgroup()
local function reader()
  for _ = 1, 100 do
    rw:rlock()
    local n = activity:add(1)
    assert(n >= 1 and n < 10000, n)
    if n % 3 == 0 then go.yield() end
    activity:add(-1)
    rw:runlock()
  end
end
local function writer()
  for i = 1, 50 do
    rw:lock()
    assert(activity:add(10000) == 10000)
    if i % 5 == 0 then go.yield() end
    activity:add(-10000)
    rw:unlock()
  end
end
for i = 1, 10 do wg:go(i <= 7 and reader or writer) end
wg:wait()
print(activity:load()) --> expect: 0

-- A writer that waits keeps new readers out.
package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local order = chan(2)
rw:rlock()
go(function()
  go.name "writer"
  rw:lock()
  order:send "writer"
  rw:unlock()
end)
blocked("writer", "sync.RWMutex.Lock")
go(function()
  go.name "late reader"
  rw:rlock()
  order:send "late reader"
  rw:runlock()
end)
blocked("late reader", "sync.RWMutex.RLock")
rw:runlock()
print((order:recv())) --> expect: writer
print((order:recv())) --> expect: late reader
