local ch = chan()
go(function() ch:send("met") end)
local v, ok
repeat
  v, ok = ch:try_recv()
  if not ok then go.yield() end
until ok
print(v) --> expect: met
