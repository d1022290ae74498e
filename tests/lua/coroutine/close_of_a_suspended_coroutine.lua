local ch = chan(1)
local co = coroutine.create(function()
  local c <close> = setmetatable({}, { __close = function() ch:send("closed") end })
  coroutine.yield()
end)
coroutine.resume(co)
print(coroutine.close(co), (ch:recv())) --> expect: true	closed
print(coroutine.status(co))             --> expect: dead
