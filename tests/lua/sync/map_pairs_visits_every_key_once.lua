local m = go.sync.map()
for i = 1, 50 do m:set(i, i * i) end
local count, sum = 0, 0
for k, v in m:pairs() do
  assert(v == k * k)
  count, sum = count + 1, sum + k
end
print(count, sum) --> expect: 50	1275
