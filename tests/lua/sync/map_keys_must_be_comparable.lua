package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local m = go.sync.map()
raises({ "set", "key is not comparable: table" }, function() m:set({}, 1) end)
raises({ "get", "key is not comparable: function" }, function() m:get(print) end)
print(m:len()) --> expect: 0
