local gate, out = chan(), chan()
for i = 1, 8 do
  go(function()
    local lpeg = require "lpeg"
    local number = lpeg.C(lpeg.R "09" ^ 1) / tonumber
    local list = lpeg.Ct(number * ("," * number) ^ 0)
    gate:recv()
    local sum = 0
    for _, n in ipairs(list:match(("1,2,3,"):rep(100) .. i)) do sum = sum + n end
    out:send(sum)
  end)
end
gate:close()
local total = 0
for _ = 1, 8 do total = total + out:recv() end
print(total) --> expect: 4836
