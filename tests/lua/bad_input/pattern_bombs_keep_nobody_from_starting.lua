-- Several matches that would take minutes, each in its worker state: what starts then starts somewhere else.
--> env: LAGOON_DEBUG=threads=100
local started = chan()
for _ = 1, 6 do
  go(function()
    started:send(true)
    return string.find(("a"):rep(28), ("a?"):rep(28) .. ("a"):rep(29))
  end)
end
for _ = 1, 6 do started:recv() end
for i = 1, 20 do assert(go.task(function() return i end):join(10) == i) end
print "others start"       --> expect: others start
