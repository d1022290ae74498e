local a, b, c = chan(), chan(1), chan(1)
local second = 0
for _ = 1, 200 do
  b:try_send(1)
  c:try_send(1)
  local i = select { priority = true, { recv = a }, { recv = b }, { recv = c } }
  if i == 2 then second = second + 1 end
end
print(second) --> expect: 200
