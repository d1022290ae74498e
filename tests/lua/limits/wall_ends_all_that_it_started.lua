local started, ended = go.sync.atomic(), go.sync.atomic()
local t = go.task(go.limits { wall = 0.2 }, function()
  for _ = 1, 20 do
    go(function()
      local x <close> = setmetatable({}, { __close = function() ended:add(1) end })
      started:add(1)
      chan():recv()
    end)
  end
  chan():recv()
end)
print(t:result()) --> expect: false	wall limit exceeded (0.2 s)
while go.runtime.goroutines() > 1 do go.sleep(0.001) end
print(ended:load() >= started:load()) --> expect: true
