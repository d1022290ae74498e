-- io.input() and io.output() are the goroutine's own; a child begins with its starter's.
local path = os.tmpname()
local file = assert(io.open(path, "w"))
io.output(file)
local done = chan()
go(function()
  io.write("by the child\n")
  io.output(io.stderr)
  done:send(io.output() == io.stderr)
end)
io.stdout:write(tostring(done:recv()), "\n") --> expect: true
io.stdout:write(tostring(io.output() == file), "\n") --> expect: true
io.write("by its starter\n")
io.close()
io.stdout:write(select(2, pcall(io.write, "x")), "\n") --> expect: default output file is closed
io.output(io.stdout)

io.input(path)
go(function()
  local first = io.read()
  io.input(io.stdin)
  done:send(first)
end)
print((done:recv())) --> expect: by the child
print(io.read()) --> expect: by its starter
print(io.read()) --> expect: nil
os.remove(path)
