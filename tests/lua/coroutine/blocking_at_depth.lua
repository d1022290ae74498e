local ch = chan()
go(function()
  for i = 1, 3 do ch:send(i) end
end)
local function descend(depth)
  if depth == 0 then return (ch:recv()) end
  return coroutine.wrap(descend)(depth - 1)
end
print(descend(1), descend(20), descend(100)) --> expect: 1	2	3
