local log = chan(1)
local guard = setmetatable({}, { __close = function() log:send("closed") end })
go(function() local mine <close> = guard end)
print((log:recv())) --> expect: closed
