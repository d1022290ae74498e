-- What is written in any way arrives whole and in order, however badly it goes.
local net = require "go.net"
local l = assert(net.listen("tcp", "127.0.0.1:0"))
local wg = go.sync.waitgroup()
wg:go(function()
  for _ = 1, 8 do
    local conn = l:accept()
    wg:go(function()
      for line in conn:lines "L" do conn:write(line) end
      conn:close()
    end)
  end
end)
for i = 1, 8 do
  wg:go(function()
    local conn = assert(net.dial("tcp", l:addr()))
    for k = 1, 20 do
      local line = (("%d:%d;"):format(i, k)):rep(10)
      assert(conn:write(line:sub(1, 17), line:sub(18), "\n"))
      assert(conn:read() == line)
    end
    assert(conn:write("1 2 0x10\n", "tail"))
    local a, b, c = conn:read("n", "n", "n")
    assert(a == 1 and b == 2 and c == 16)
    conn:close_write()
    assert(conn:read "a" == "\ntail")
    conn:close()
  end)
end
wg:wait()
print "ok" --> expect: ok
