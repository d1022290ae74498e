local ch = chan()
go(function()
  for i = 1, 3 do ch:send(i * i) end
  ch:close()
end)
for v in ch do print(v) end
print "end"
--> expect: 1
--> expect: 4
--> expect: 9
--> expect: end
