package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local step = string.gmatch("a b", "%a")
local wrapped = coroutine.wrap(print)
raises({ "cannot copy", "step" }, go, function() return step() end)
raises({ "cannot copy", "wrapped" }, go, function() return wrapped() end)
print "refused" --> expect: refused
