-- A goroutine that waits for the network may yet be woken; one that waits for nothing may not.
--> expect error: all goroutines are asleep - deadlock!
--> expect exit: 2
local net = require "go.net"
local l = net.listen("tcp", "127.0.0.1:0")
local done = chan()
go(function()
  local c = l:accept()
  done:send(c:read())
end)
go.sleep(0.02)
local c = net.dial("tcp", l:addr())
go.sleep(0.02)
c:write "go on\n"
print((done:recv())) --> expect: go on
done:recv()
