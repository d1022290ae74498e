package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
pump = { co = coroutine.create(print) }
raises({ "cannot copy", "global", "pump.co", "thread" }, go, function() return pump end)
print "named" --> expect: named
