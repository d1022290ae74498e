local ch = chan()
go(function() ch:send("through") end)
print(coroutine.wrap(function() return (ch:recv()) end)()) --> expect: through
