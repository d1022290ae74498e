package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"
local ch = chan(1)
ch:send(0)
for i = 1, 5 do
  go(function()
    go.name("sender " .. i)
    ch:send(i)
  end)
  blocked("sender " .. i, "chan send")
end
local got = {}
for i = 0, 5 do got[#got + 1] = ch:recv() end
print(table.concat(got, " ")) --> expect: 0 1 2 3 4 5
