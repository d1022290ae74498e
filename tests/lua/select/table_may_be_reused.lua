local ch, sum = chan(1), 0
local cases = { { recv = ch, function(v) sum = sum + v end } }
for i = 1, 10 do
  ch:send(i)
  select(cases)
end
print(sum) --> expect: 55
