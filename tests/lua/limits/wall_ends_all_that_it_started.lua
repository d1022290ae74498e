local ended = chan(100)
local t = go.task(go.limits { wall = 0.05 }, function()
  for i = 1, 20 do
    go(function()
      local x <close> = setmetatable({}, { __close = function() ended:try_send(i) end })
      chan():recv()
    end)
  end
  chan():recv()
end)
print(t:result()) --> expect: false	wall limit exceeded (0.05 s)
for _ = 1, 20 do ended:recv() end
while go.runtime.goroutines() > 1 do go.sleep(0.001) end
