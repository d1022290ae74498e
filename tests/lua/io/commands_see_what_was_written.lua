-- io.popen flushes every file first, but for one that is in use just then.
local path = os.tmpname()
local file = assert(io.open(path, "w"))
file:write("buffered")
local waiting = go.task(function() return io.popen("sleep 0.2; echo late"):read() end)
print(io.popen("cat " .. path):read()) --> expect: buffered
print(waiting:join()) --> expect: late
os.remove(path)
