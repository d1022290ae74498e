package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local n = 0
raises("freeze", go.freeze, { count = function() n = n + 1 return n end })
print "refused" --> expect: refused
