local ch = chan()
go(function()
  for i = 1, 10 do ch:send(i) end
end)
print((("a b c"):gsub("%a", function(c) return c .. ch:recv() end))) --> expect: a1 b2 c3
local t = setmetatable({}, { __index = function(_, k) return k .. ch:recv() end })
print((("x y"):gsub("%a", t)))                                       --> expect: x4 y5
