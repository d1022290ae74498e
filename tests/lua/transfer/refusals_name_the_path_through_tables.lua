package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local co = coroutine.create(print)
raises({ "cannot copy", "jobs[2].worker", "thread" }, go, print,
  { jobs = { {}, { worker = co } } })
raises({ "cannot copy", "a.b.c", "thread" }, function() chan(1):send { a = { b = { c = co } } } end)
print "named" --> expect: named
