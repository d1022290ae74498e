-- Binary data, huge lines, lines without an end, numbers across buffers; from a file and through a pipe.
local path = os.tmpname()
local every = {}
for i = 0, 255 do every[#every + 1] = string.char(i) end
local bytes = table.concat(every):gsub("\n", ""):rep(100)
local huge = ("0123456789"):rep(100000)
local file = assert(io.open(path, "wb"))
assert(file:write(bytes, "\n", huge, "\n", ("   12.5e1 0x1F -7"):rep(2000), "\nlast"))
file:close()

for _, open in ipairs { io.open, function(name) return io.popen("cat " .. name) end } do
  local input = assert(open(path))
  assert(input:read("l") == bytes)
  assert(input:read(10) == "0123456789")
  assert(input:read(500000) == huge:sub(11, 500010))
  assert(input:read("L") == huge:sub(500011) .. "\n")
  for _ = 1, 2000 do
    local a, b, c = input:read("n", "n", "n")
    assert(a == 125.0 and b == 31 and c == -7)
  end
  assert(input:read("L") == "\n" and input:read("L") == "last" and input:read("L") == nil)
  assert(input:read("a") == "" and input:read("n") == nil)
  input:close()

  input = assert(open(path))
  local all = input:read("a")
  assert(#all == #bytes + #huge + 2000 * 17 + 7 and all:sub(-4) == "last")
  input:close()
end
print("same") --> expect: same

-- From one goroutine to another through a pipe that is smaller than a line.
local copy = os.tmpname()
local into = assert(io.popen("cat > " .. copy, "w"))
into:write(huge, "\n", bytes)
print(into:close()) --> expect: true	exit	0
file = assert(io.open(copy))
print(file:read("l") == huge, file:read("a") == bytes) --> expect: true	true
file:close()
os.remove(path)
os.remove(copy)
