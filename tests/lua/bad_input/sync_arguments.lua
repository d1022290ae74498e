package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local sync = go.sync
raises({ "call", "function expected, got nil" }, function() sync.once():call(nil) end)
raises({ "cond", "mutex expected, got no value" }, function() sync.cond() end)
raises({ "cond", "mutex expected, got number" }, function() sync.cond(5) end)
raises("sync: wait without holding the mutex", function() sync.cond(sync.mutex()):wait() end)
raises({ "semaphore", "number expected" }, function() sync.semaphore("x") end)
raises({ "semaphore", "-1" }, function() sync.semaphore(-1) end)
raises("semaphore: released more than held", function() sync.semaphore(1):release() end)
raises({ "atomic", "number expected, got string" }, function() sync.atomic("x") end)
raises({ "add", "number expected, got table" }, function() sync.atomic(0):add {} end)
raises({ "store", "number expected, got nil" }, function() sync.atomic(0):store(nil) end)
raises({ "cas", "number expected" }, function() sync.atomic(0):cas(0) end)
raises({ "update", "function expected" }, function() sync.map():update("k", 5) end)
raises({ "get", "map expected" }, function() sync.map().get({}, "k") end)
print "raised" --> expect: raised
