package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local t = setmetatable({}, { __gc = function() end })
raises({ "cannot copy", "__gc" }, go, function() return t end)
raises({ "cannot copy", "a.b", "__gc" }, function() chan(1):send { a = { b = t } } end)
print "refused" --> expect: refused
