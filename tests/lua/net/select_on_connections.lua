-- A listener yields connections, a connection itself as soon as a read would not block.
local net = require "go.net"
local l = net.listen("tcp", "127.0.0.1:0")
assert(select { { recv = l }, default = true } == 0)
local a = net.dial("tcp", l:addr())
local i, b, ok = select { { recv = l }, { after = 10 } }
assert(i == 1 and ok and tostring(b):find "^conn")
assert(select { { recv = b }, { after = 0.01 } } == 2)
a:write "one\ntwo\n"
local j, same, ok2 = select { { recv = b } }
assert(j == 1 and same == b and ok2)
assert(b:read() == "one")
assert(select { { recv = b }, default = true } == 1) -- read ahead
assert(b:read() == "two")
assert(select { { recv = b }, default = true } == 0)
a:close()
assert(select { { recv = b } } == 1) -- the end
assert(select(3, b:read()) == "eof")
b:close()
local _, v, open = select { { recv = b } }
assert(v == nil and open == false)
l:close()
_, v, open = select { { recv = l } }
assert(v == nil and open == false)
print "ok" --> expect: ok
