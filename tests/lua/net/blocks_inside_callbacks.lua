-- Where a yield is impossible a read blocks the thread, and nobody else.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
go(function()
  for i = 1, 3 do
    go.sleep(0.001)
    a:write(i, "\n")
  end
end)
local seen = {}
local out = ("xyz"):gsub(".", function() local line = b:read() seen[#seen + 1] = line return line end)
assert(out == "123")
local t = { 3, 1, 2 }
local asked = go.sync.atomic(0)
local c, d = require "support.connected"()
go(function() for line in d:lines() do asked:add(1) d:write(line, "\n") end end)
table.sort(t, function(x, y)
  c:write(x < y and "1\n" or "0\n")
  return c:read() == "1"
end)
assert(table.concat(t, ",") == "1,2,3" and asked:load() > 0)
c:close()
print "ok" --> expect: ok
