package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local once = go.sync.once()
raises("once: call inside the function that it runs", function()
  once:call(function() once:call(print) end)
end)
print "raised" --> expect: raised
