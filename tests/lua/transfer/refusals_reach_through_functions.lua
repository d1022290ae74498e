package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local co = coroutine.create(print)
local function inner() return co end
local function outer() return inner() end
raises({ "cannot copy", "co", "thread" }, go, outer)
print "named" --> expect: named
