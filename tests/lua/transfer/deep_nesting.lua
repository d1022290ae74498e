local t = {}
for _ = 1, 50000 do t = { t } end
local ch = chan(1)
ch:send(t)
local c, depth = ch:recv(), 0
while c[1] do
  c, depth = c[1], depth + 1
end
print(depth) --> expect: 50000
