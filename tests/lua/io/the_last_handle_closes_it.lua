-- A file that nobody knows any more is flushed and closed, in whatever state that was.
local path = os.tmpname()
local function content()
  for line in io.lines(path) do return line end
end

local done = chan()
go(function()
  local file = assert(io.open(path, "w"))
  file:write("by the goroutine")
  done:send(file)
end)
print(io.type(done:recv())) --> expect: file
repeat
  go.runtime.gc()
  go(go.runtime.gc)
  go.sleep(0.001)
until content()
print(content()) --> expect: by the goroutine
os.remove(path)
