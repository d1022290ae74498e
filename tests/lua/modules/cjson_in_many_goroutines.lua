local gate, out = chan(), chan()
for i = 1, 8 do
  go(function()
    local cjson = require "cjson"
    gate:recv() -- all are started, in as many states as the runtime likes
    for k = 1, 50 do
      local text = cjson.encode { i, k, { "x" } }
      local back = cjson.decode(text)
      assert(back[1] == i and back[2] == k and back[3][1] == "x")
    end
    out:send(i)
  end)
end
gate:close()
local sum = 0
for _ = 1, 8 do sum = sum + out:recv() end
print(sum) --> expect: 36
