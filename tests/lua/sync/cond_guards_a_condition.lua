local m = go.sync.mutex()
local cond, level, out = go.sync.cond(m), go.sync.atomic(0), chan()
go(function()
  m:lock()
  while level:load() < 3 do cond:wait() end
  m:unlock()
  out:send(level:load())
end)
for _ = 1, 3 do
  m:lock()
  level:add(1)
  cond:signal()
  m:unlock()
end
print((out:recv())) --> expect: 3
