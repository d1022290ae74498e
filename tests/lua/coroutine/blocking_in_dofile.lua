local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write "local ch = chan() go(function() ch:send('in a file') end) return (ch:recv())"
file:close()
print(dofile(name)) --> expect: in a file
os.remove(name)
