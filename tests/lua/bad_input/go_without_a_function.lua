package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
raises({ "go", "function expected, got no value" }, function() go() end)
raises({ "go", "function expected, got nil" }, function() go(nil) end)
raises({ "go", "function expected, got number" }, function() go(5) end)
raises({ "go", "function expected, got string" }, function() go("print") end)
raises({ "here", "function expected, got nil" }, function() go.here(nil) end)
raises({ "task", "function expected, got nil" }, function() go.task(nil) end)
raises({ "task", "function expected, got boolean" }, function() go.task(true) end)
print "raised" --> expect: raised
