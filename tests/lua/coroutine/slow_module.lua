-- A module whose chunk blocks, for the test beside it.
local ch = chan()
go(function() ch:send(42) end)
go.sleep(0.005)
return { answer = ch:recv() }
