-- T28 TestChan (testTimerChan): after stop and reset no moment from before can be received.
local function empty(t) assert(select { { recv = t }, default = true } == 0, "a stale moment") end
local function fires(t) assert(select { { recv = t }, { after = 20 } } == 1, "should have fired") end

local t = go.time.timer(1000)
empty(t)
assert(t:reset(0.01) == true)
fires(t)
empty(t)
assert(t:reset(1000) == false, "it had fired")
assert(t:stop() == true)
empty(t)

-- Expired but not received: stop and reset take the moment back.
t:reset(0)
go.sleep(0.01)
assert(t:stop() == true, "nobody has received it yet")
empty(t)
t:reset(0)
go.sleep(0.01)
t:reset(1000)
empty(t)
t:stop()

-- Moved nearer and farther while others wait for it.
t:reset(1000)
local out = chan(2)
local waiters = {}
for i = 1, 2 do
  waiters[i] = go.task(function()
    select { { recv = t } }
    out:send(i)
  end)
end
t:reset(0.005)
out:recv()
assert(out:recv(0.02) == nil, "one moment wakes one")
t:reset(1000)
assert(out:recv(0.02) == nil)
t:reset(0)
assert(out:recv(20), "the second one")
for i = 1, 2 do waiters[i]:join() end

-- The same for tickers.
local ticker = go.time.ticker(0.005)
fires(ticker)
fires(ticker)
go.sleep(0.02)
ticker:reset(1000)
empty(ticker)
ticker:reset(0.005)
go.sleep(0.02)
ticker:stop()
empty(ticker)
print "no stale moments" --> expect: no stale moments
