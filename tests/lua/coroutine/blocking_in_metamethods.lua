local ch = chan()
go(function()
  for i = 1, 100 do ch:send(i) end
end)
local function next_value() return (ch:recv()) end
local mt = {}
local arithmetic = "add sub mul div mod pow unm idiv band bor bxor shl shr bnot"
for event in (arithmetic .. " concat len index call"):gmatch "%a+" do
  mt["__" .. event] = next_value
end
for event in ("eq lt le"):gmatch "%a+" do
  mt["__" .. event] = function() return next_value() > 0 end
end
mt.__newindex = function() next_value() end
local a, b = setmetatable({}, mt), setmetatable({}, mt)
print(a + b, a - b, a * b, a / b, a % b, a ^ b, -a, a // b) --> expect: 1	2	3	4	5	6	7	8
print(a & b, a | b, a ~ b, a << b, a >> b, ~a, a .. b, #a)  --> expect: 9	10	11	12	13	14	15	16
print(a.field, a(), a == b, a < b, a <= b)                  --> expect: 17	18	true	true	true
a.field = 1
print(a.field)                                              --> expect: 23
