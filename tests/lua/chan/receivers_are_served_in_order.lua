package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local ch, out = chan(), chan(5)
for i = 1, 5 do
  go(function()
    go.name("receiver " .. i)
    out:send(i * 10 + ch:recv())
  end)
  blocked("receiver " .. i, "chan receive")
end
local got = {}
for i = 1, 5 do
  ch:send(i)
  got[i] = out:recv()
end
print(table.concat(got, " ")) --> expect: 11 22 33 44 55
