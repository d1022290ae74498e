local channels, cases = {}, {}
for i = 1, 100 do
  channels[i] = chan()
  cases[i] = { recv = channels[i] }
end
for _, i in ipairs { 1, 50, 100 } do
  go(function(ch) ch:send(i) end, channels[i])
  local at, v = select(cases)
  assert(at == i and v == i)
end
print "found" --> expect: found
