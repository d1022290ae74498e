-- The iterator of io.lines(name) closes its file at the end, and generic for when the loop is left.
local path = os.tmpname()
assert(io.open(path, "w")):write("1 one\n2 two\n"):close()

local iterator, state, control, file = io.lines(path, "n", "l")
print(state, control, io.type(file)) --> expect: nil	nil	file
for n, rest in iterator do io.write(n, rest, ";") end
print(io.type(file)) --> expect: 1 one;2 two;closed file
print(pcall(iterator)) --> expect: false	file is already closed

for i = 1, 3 do
  iterator, state, control, file = io.lines(path)
  local ok = pcall(function()
    for line in iterator, state, control, file do
      if i == 1 then break end
      if i == 2 then return end
      error("left")
    end
  end)
  io.write(tostring(ok), " ", io.type(file), ";")
end
print() --> expect: true closed file;true closed file;false closed file;

io.input(path)
for line in io.lines() do io.write(line, ";") end
print(io.type(io.input())) --> expect: 1 one;2 two;file
os.remove(path)
