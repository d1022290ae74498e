package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local m = go.sync.map()
raises("nil", function() m:set(nil, 1) end)
raises("NaN", function() m:set(0 / 0, 1) end)
raises({ "cannot copy", "thread" }, function() m:set("k", coroutine.create(print)) end)
raises({ "cannot copy", "thread" }, function() m:set("k", { { coroutine.create(print) } }) end)
print(m:len(), m:get("k")) --> expect: 0	nil
