package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local co = coroutine.create(print)
local object = setmetatable({}, { __index = function() return co end })
raises({ "cannot copy", "co", "thread" }, function() chan(1):send(object) end)
print "raised" --> expect: raised
