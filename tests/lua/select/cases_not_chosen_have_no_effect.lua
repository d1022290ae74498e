local a, b, c = chan(1), chan(1), chan(1)
a:send("a")
b:send("b")
local before = { #a, #b, #c }
local i = select { { recv = a }, { recv = b }, { send = c, value = "c" } }
local after = { #a, #b, #c }
local changed = 0
for k = 1, 3 do
  if after[k] ~= before[k] then
    assert(k == i, "only the chosen case happens")
    changed = changed + 1
  end
end
print(changed) --> expect: 1
