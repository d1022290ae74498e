package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local ch = chan()
ch:close()
raises("close of closed channel", function() ch:close() end)
raises("close of closed channel", function() ch:close() end)
print "raised" --> expect: raised
