-- Cancelling or killing a goroutine ends its wait; the connection stays usable.
package.path = "../?.lua;" .. package.path
local net = require "go.net"
local a, b = require "support.connected"()
local l = net.listen("tcp", "127.0.0.1:0")
local full, unread = require "support.connected"()
for _, how in ipairs { "cancel", "kill" } do
  local reader = go.task(function() return b:read() end)
  local second = go.task(function() return b:read() end)
  local acceptor = go.task(function() return l:accept() end)
  local writer = go.task(function() return full:write(("x"):rep(1 << 25)) end)
  go.sleep(0.01)
  for _, task in ipairs { reader, second, acceptor, writer } do
    task[how](task)
    assert(task:result() == false)
  end
  go.sleep(0)
end
a:write "x"
assert(b:read_some() == "x" and unread)
print "ok" --> expect: ok
