local ch = chan()
go(function() ch:send("from the goroutine") end)
local got
local co = coroutine.create(function()
  local c <close> = setmetatable({}, { __close = function() got = ch:recv() end })
  coroutine.yield()
end)
coroutine.resume(co)
print(coroutine.close(co), got) --> expect: true	from the goroutine
