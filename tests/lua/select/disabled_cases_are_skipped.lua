-- recv = false and send = false are Go's nil channel.
local a, b = chan(1), chan(1)
a:send("a")
for _ = 1, 50 do
  assert(select { { recv = false }, { send = false, value = 1 }, { recv = a } } == 3)
  a:send("a")
end
print((select { { recv = false }, { send = false }, default = true })) --> expect: 0
print((select { { recv = false }, { after = 0.01 } }))                 --> expect: 2
