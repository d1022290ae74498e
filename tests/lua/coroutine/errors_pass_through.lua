local ch = chan()
go(function() ch:send("fuel") end)
local co = coroutine.create(function() error(ch:recv() .. " is out", 0) end)
print(coroutine.resume(co)) --> expect: false	fuel is out
