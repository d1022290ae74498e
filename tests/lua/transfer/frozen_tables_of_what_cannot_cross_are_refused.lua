package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
raises({ "freeze", "thread" }, go.freeze, { a = coroutine.create(print) })
print "refused" --> expect: refused
