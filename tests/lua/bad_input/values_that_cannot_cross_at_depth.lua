package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local leaf = { co = coroutine.create(print) }
local t = leaf
for _ = 1, 10000 do t = { t } end
raises({ "cannot copy", "thread" }, function() chan(1):send(t) end)
leaf.co = setmetatable({}, { __gc = function() end })
raises({ "cannot copy", "__gc" }, function() chan(1):send(t) end)
leaf.co = nil
local ch = chan(1)
print(ch:send(t)) --> expect: true
