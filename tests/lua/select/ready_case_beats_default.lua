local ch = chan(1)
for _ = 1, 100 do
  ch:send(1)
  assert(select { { recv = ch }, default = true } == 1)
end
print "always" --> expect: always
