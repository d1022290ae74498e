-- A command that waits for its starter's other goroutine, which shares the state, gets its answer.
local pipe = os.tmpname()
os.remove(pipe)
assert(os.execute("mkfifo " .. pipe))

local ended = chan()
go.here(function() ended:send({ os.execute("read line < " .. pipe .. "; exit $line") }) end)
go.here(function() assert(io.open(pipe, "w")):write("7\n"):close() end)

local result = ended:recv()
print(result[1], result[2], result[3]) --> expect: nil	exit	7
os.remove(pipe)
