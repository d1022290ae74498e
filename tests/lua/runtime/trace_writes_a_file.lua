local name = os.tmpname()
go.runtime.trace(name)
local done = chan()
go(function() done:close() end)
done:recv()
print "traced" --> expect: traced
os.remove(name)
