local ch = chan()
go(function()
  for i = 1, 3 do ch:send(i) end
  ch:close()
end)
local function each() return (ch:recv()) end
for v in each do io.write(v, ".") end
print()                                               --> expect: 1.2.3.
local list = setmetatable({}, { __pairs = function()
  return function(_, k)
    k = (k or 0) + 1
    go.sleep(0.001)
    if k <= 2 then return k, k * 10 end
  end
end })
for k, v in pairs(list) do print(k, v) end
--> expect: 1	10
--> expect: 2	20
local indexed = setmetatable({}, { __index = function(_, i)
  go.sleep(0.001)
  if i <= 2 then return i * 100 end
end })
for i, v in ipairs(indexed) do print(i, v) end
--> expect: 1	100
--> expect: 2	200
