-- T61 select2.go: many selects with a channel nobody ever uses leave nothing behind in it.
local live, dead = chan(), chan()
local function sender(n)
  for _ = 1, n do select { { send = live, value = 1 }, { send = dead, value = 1 } } end
end
local function receiver(n)
  for _ = 1, n do select { { recv = live }, { recv = dead } } end
end
local function round(n)
  local a, b = go.task(sender, n), go.task(receiver, n)
  a:join()
  b:join()
  go.runtime.gc()
  collectgarbage()
  return collectgarbage "count"
end
round(1000)
local before = round(1000)
local after = round(20000)
assert(after - before < 110, "grew by " .. after - before .. " KB")
print "no growth" --> expect: no growth
