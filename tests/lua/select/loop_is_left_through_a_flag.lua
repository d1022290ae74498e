local jobs, quit = chan(10), chan()
for i = 1, 5 do jobs:send(i) end
local sum = 0
while true do
  local done = select {
    priority = true,
    { recv = jobs, function(v) sum = sum + v end },
    { recv = quit, function() return true end },
    default = function() return true end,
  }
  if done then break end
end
print(sum) --> expect: 15
