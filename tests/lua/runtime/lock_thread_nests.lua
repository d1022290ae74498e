go.runtime.lock_thread()
go.runtime.lock_thread()
local ch = chan()
go(function() ch:send("while locked") end)
print((ch:recv())) --> expect: while locked
go.runtime.unlock_thread()
go.runtime.unlock_thread()
