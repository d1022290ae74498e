-- Two goroutines read two slow pipes while one computes, also with a single processor and in one state.
local blocked = dofile("../support/blocked.lua")
local dir = os.tmpname()
os.remove(dir)
assert(os.execute(("mkdir %s && mkfifo %s/a %s/b"):format(dir, dir, dir)))

local lines = chan()
local function reader(name)
  return function()
    go.name(name)
    local pipe = assert(io.popen("cat " .. dir .. "/" .. name))
    local line = pipe:read("l") .. " " .. pipe:read("n")
    pipe:close()  -- the next round's writer must not meet this round's cat
    lines:send(line)
  end
end

for _, start in ipairs { go, go.here } do
  start(reader("a"))
  start(reader("b"))
  blocked("a", "IO wait")
  blocked("b", "IO wait")
  local sum = 0
  for i = 1, 1000000 do sum = sum + i end
  io.stdout:write(sum, "; ")
  for _, name in ipairs { "b", "a" } do
    local into = assert(io.open(dir .. "/" .. name, "w"))
    into:write("from ", name, "\n", 7, "\n"):close()
    print((lines:recv()))
  end
  --> expect: 500000500000; from b 7
  --> expect: from a 7
  --> expect: 500000500000; from b 7
  --> expect: from a 7
end
os.execute("rm -r " .. dir)
