-- Seen from a goroutine that shares memory, a coroutine whose goroutine is blocked in it is not
-- suspended.
local ch, ready = chan(), chan()
local co = coroutine.create(function()
  ready:close()
  ch:recv()
end)
go.here(function() coroutine.resume(co) end)
ready:recv()
go.yield()
print(coroutine.status(co) == "suspended") --> expect: false
print((coroutine.resume(co)))              --> expect: false
ch:send(1)
