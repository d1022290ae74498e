package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local time = go.time
raises({ "sleep", "number expected" }, function() time.sleep("x") end)
raises({ "timer", "number expected, got no value" }, function() time.timer() end)
raises({ "timer", "number expected, got table" }, function() time.timer {} end)
raises({ "after", "number expected" }, function() time.after("x") end)
raises({ "ticker", "number expected" }, function() time.ticker("x") end)
raises("non-positive interval for NewTicker", function() time.ticker(0) end)
raises("non-positive interval for NewTicker", function() time.ticker(-1) end)
local ticker, timer = time.ticker(1000), time.timer(1000)
raises("non-positive interval for Ticker.Reset", function() ticker:reset(0) end)
raises({ "reset", "number expected" }, function() timer:reset("x") end)
raises({ "reset", "number expected" }, function() timer:reset() end)
ticker:stop()
timer:stop()
print "raised" --> expect: raised
