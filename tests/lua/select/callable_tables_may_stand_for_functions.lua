local ch = chan(1)
ch:send(20)
local twice = setmetatable({}, { __call = function(_, v) return v * 2 end })
print(select { { recv = ch, twice } })           --> expect: 40
print(select { { recv = ch }, default = twice and function() return "none" end }) --> expect: none
