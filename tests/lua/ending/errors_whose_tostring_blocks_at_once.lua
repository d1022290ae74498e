-- The bug: errors of goroutines of one state were described on one stack, though describing may block.
local gate, done = chan(), chan(100)
local function fails(i)
  local e = setmetatable({}, { __tostring = function()
    for _ = 1, i % 3 + 1 do gate:recv() end
    return "error " .. i
  end })
  local ok, why = go.task(function() error(e) end):result()
  done:send(tostring(ok))
end
for i = 1, 30 do go.here(fails, i) end
go(function() for _ = 1, 200 do gate:send(true) end end)
local n = 0
for _ = 1, 30 do
  if done:recv() == "false" then n = n + 1 end
end
print(n) --> expect: 30
