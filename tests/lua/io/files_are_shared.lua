-- An open file crosses, and is one thing: equal, with one position, closed for everybody.
local path = os.tmpname()
local file = assert(io.open(path, "w+"))
local there, back = chan(), chan()
go(function()
  local theirs = there:recv()
  theirs:write("theirs ")
  back:send(theirs == file) -- the variable was captured
  there:recv()
  back:send(tostring(theirs) .. " " .. io.type(theirs) .. " " .. tostring(pcall(theirs.write, theirs, "x")))
end)
file:write("ours ")
there:send(file)
print((back:recv())) --> expect: true
file:write("ours again")
print(file:seek("set")) --> expect: 0
print(file:read("a")) --> expect: ours theirs ours again
print(file:close()) --> expect: true
there:send(true)
print((back:recv())) --> expect: file (closed) closed file false
os.remove(path)
