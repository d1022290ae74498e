local ch = chan(3)
for i = 1, 3 do ch:send(i) end
for v in ch do
  if v == 2 then break end
end
print((ch:recv())) --> expect: 3
