-- The collector closes what nobody holds any more.
local net = require "go.net"
local l = net.listen("tcp", "127.0.0.1:0")
local c = net.dial("tcp", l:addr())
l:accept() -- and not kept
go.task(function() collectgarbage() end):join()
collectgarbage()
assert(select(3, c:read()) == "eof")
print "ok" --> expect: ok
