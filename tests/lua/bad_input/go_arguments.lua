package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
raises({ "sleep", "number expected, got no value" }, function() go.sleep() end)
raises({ "sleep", "number expected, got table" }, function() go.sleep {} end)
raises({ "name", "string expected, got table" }, function() go.name {} end)
raises("group", function() go.group(5) end)
raises("group", function() go.group(chan()) end)
print "raised" --> expect: raised
