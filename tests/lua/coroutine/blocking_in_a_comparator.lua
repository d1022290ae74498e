local ch = chan()
go(function()
  while true do ch:send(true) end
end)
local t = {}
for i = 1, 30 do t[i] = (i * 7) % 31 end
table.sort(t, function(a, b)
  ch:recv()
  return a < b
end)
for i = 1, 30 do assert(t[i] == i) end
print "sorted" --> expect: sorted
