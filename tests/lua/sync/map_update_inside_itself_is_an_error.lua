package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local m = go.sync.map()
m:set("k", 1)
raises("map:set: inside an update of the same key", function()
  m:update("k", function() m:set("k", 2) end)
end)
raises("map:update: inside an update of the same key", function()
  m:update("k", function() return m:update("k", print) end)
end)
print(m:get("k"), m:update("k", function(v) return v + 1 end)) --> expect: 1	2
