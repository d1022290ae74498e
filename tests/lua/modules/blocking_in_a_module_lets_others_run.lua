-- A library that blocks, here in a callback, gives way like anybody.
local scratch = require "scratch"
local ch = chan()
go.here(function()
  scratch.inside(function() ch:send "from inside" end)
end)
print(scratch.inside(function() return (ch:recv()) end))

--> expect: from inside
