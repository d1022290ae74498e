-- T37 TestRace: three goroutines hand a state on under one condition.
local m = go.sync.mutex()
local cond, x, done = go.sync.cond(m), go.sync.atomic(0), chan(3)
go(function()
  m:lock()
  x:store(1)
  cond:wait()
  assert(x:load() == 2)
  x:store(3)
  cond:signal()
  m:unlock()
  done:send(true)
end)
go(function()
  m:lock()
  while true do
    if x:load() == 1 then
      x:store(2)
      cond:signal()
      break
    end
    m:unlock()
    go.yield()
    m:lock()
  end
  m:unlock()
  done:send(true)
end)
go(function()
  m:lock()
  while true do
    if x:load() == 2 then
      cond:wait()
      assert(x:load() == 3)
      break
    end
    if x:load() == 3 then break end
    m:unlock()
    go.yield()
    m:lock()
  end
  m:unlock()
  done:send(true)
end)
for _ = 1, 3 do done:recv() end
print "raced" --> expect: raced
