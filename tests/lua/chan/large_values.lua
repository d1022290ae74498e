local ch = chan()
go(function()
  ch:send(string.rep("x", 5000000))
  local list = {}
  for i = 1, 100000 do list[i] = i end
  ch:send(list)
end)
print(#ch:recv()) --> expect: 5000000
print(#ch:recv()) --> expect: 100000
