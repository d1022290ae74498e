-- T80 TestTimerGC: timers and tickers nobody holds any more are collected.
local function make(n)
  for _ = 1, n do
    local _ = go.time.after(3600)
    _ = go.time.timer(3600)
    _ = go.time.ticker(3600)
  end
  collectgarbage()
  collectgarbage()
  return collectgarbage "count"
end
make(100)
local before = make(100)
local after = make(10000)
assert(after - before < 500, "grew by " .. after - before .. " KB")
print "no growth" --> expect: no growth
