local lpeg = require "lpeg"
local ch = chan()
go(function()
  for i = 1, 3 do ch:send(i) end
end)
local pattern = lpeg.Cs((lpeg.R "az" / function(c) return c .. ch:recv() end + 1) ^ 0)
print(pattern:match "a-b-c") --> expect: a1-b2-c3
