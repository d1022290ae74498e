-- A match that would take minutes keeps nobody of another worker state from starting or going on, and is no
-- reason for the program not to end.
--> env: LAGOON_DEBUG=place=fresh
local started = chan(1)
go(function()
  started:send(true)
  return string.find(("a"):rep(28), ("a?"):rep(28) .. ("a"):rep(29))
end)
started:recv()
for i = 1, 20 do assert(go.task(function() return i end):join(10) == i) end
print "others go on"       --> expect: others go on
