-- As in Go: whatever else runs or waits is over.
local started = chan()
go(function()
  started:close()
  while true do end
end)
go(function() chan():recv() end)
started:recv()
print "main is done" --> expect: main is done
