-- A task inside draws on its own limits and on those around it.
local function burn() while true do end end
local t = go.task(go.limits { cpu = 60, wall = 60 }, function()
  return go.task(go.limits { cpu = 0.01 }, burn):result()
end)
print(t:result()) --> expect: true	false	cpu limit exceeded (0.01 s)
local t = go.task(go.limits { cpu = 0.02 }, function()
  return go.task(go.limits { cpu = 60 }, burn):result()
end)
print(t:result()) --> expect: false	cpu limit exceeded (0.02 s)
local t = go.task(go.limits { wall = 0.02 }, function()
  go.task(go.limits { memory = 1 << 20 }, function() chan():recv() end):join()
end)
print(t:result()) --> expect: false	wall limit exceeded (0.02 s)
-- The memory of one inside is taken from the one around, as long as it lives.
local t = go.task(go.limits { memory = 8 << 20 }, function()
  local ok, why = pcall(go.task, go.limits { memory = 9 << 20 }, print)
  print(ok, why)
  for _ = 1, 5 do
    local ok, why = go.task(go.limits { memory = 4 << 20 }, function()
      local t = {}
      while true do t[#t + 1] = {} end
    end):result()
    assert(not ok and why == "memory limit exceeded (4194304 bytes)", why)
  end
  return "still here"
end)
print(t:result())
--> expect: false	go.task: a memory limit of 9437184 bytes is more than the limit around it has left
--> expect: true	still here
