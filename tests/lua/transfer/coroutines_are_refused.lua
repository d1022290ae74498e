package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local co = coroutine.create(print)
raises({ "cannot copy", "'co'", "thread", "coroutines_are_refused.lua:5" }, go,
  function() return co end)
raises({ "cannot copy", "thread" }, go, print, co)
raises({ "cannot copy", "thread" }, chan(1).send, chan(1), co)
print "refused" --> expect: refused
