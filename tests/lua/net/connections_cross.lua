-- A connection is the same object wherever it is: captured, sent, and in a table.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
local back = chan()
go(function() back:send { conn = b, same = { b } } end)
local t = back:recv()
assert(t.conn == b and t.same[1] == b)
local replies = chan()
go(function() for c in replies do c:write "by another\n" end end)
replies:send(b)
assert(a:read() == "by another")
assert(({ [b] = 1 })[t.conn] == 1)
print "ok" --> expect: ok
