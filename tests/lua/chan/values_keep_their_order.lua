local ch = chan(4)
go(function()
  for i = 1, 1000 do ch:send(i) end
  ch:close()
end)
local expected = 1
for v in ch do
  assert(v == expected, v)
  expected = expected + 1
end
print(expected) --> expect: 1001
