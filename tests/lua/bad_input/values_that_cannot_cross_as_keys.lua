package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
raises({ "cannot copy", "thread" }, function() chan(1):send { [coroutine.create(print)] = true } end)
print "raised" --> expect: raised
