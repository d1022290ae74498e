-- T65 chancap.go: len and cap; a size that is negative or too big is an error.
local ch = chan(10)
assert(#ch == 0 and ch:cap() == 10)
for i = 1, 3 do ch:send(i) end
assert(#ch == 3 and ch:cap() == 10)
assert(#chan() == 0 and chan():cap() == 0)
for _, size in ipairs { -1, math.mininteger, math.maxinteger, 1 << 40 } do
  local ok, err = pcall(function() return chan(size) end)
  assert(not ok and tostring(err):find("size out of range", 1, true), size)
end
print "measured" --> expect: measured
