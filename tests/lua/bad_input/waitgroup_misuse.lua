package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local wg = go.sync.waitgroup()
raises("sync: negative WaitGroup counter", function() wg:done() end)
wg = go.sync.waitgroup()
wg:add(2)
raises("sync: negative WaitGroup counter", function() wg:add(-3) end)
raises({ "add", "number expected, got string" }, function() go.sync.waitgroup():add("x") end)
raises({ "add", "1.5" }, function() go.sync.waitgroup():add(1.5) end)
raises({ "go", "function expected" }, function() go.sync.waitgroup():go(nil) end)
print "raised" --> expect: raised
