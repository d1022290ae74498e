local last = go.time.monotonic()
for _ = 1, 10000 do
  local now = go.time.monotonic()
  assert(now >= last)
  last = now
end
print "monotonic" --> expect: monotonic
