local ch = chan()
go(function()
  for i = 1, 6 do ch:send(i) end
  ch:close()
end)
local function pairs_of(source)
  return coroutine.wrap(function()
    while true do
      local a, ok = source:recv()
      if not ok then return end
      coroutine.yield(a, (source:recv()))
    end
  end)
end
for a, b in pairs_of(ch) do print(a, b) end
--> expect: 1	2
--> expect: 3	4
--> expect: 5	6
