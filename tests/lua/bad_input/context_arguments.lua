package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local context = go.context
local root = context.background()
raises("cannot create context from nil parent", function() context.with_cancel(nil) end)
raises("cannot create context from nil parent", function() context.with_timeout(nil, 1) end)
raises("cannot create context from nil parent", function() context.with_value(nil, "k", 1) end)
raises("with_cancel", function() context.with_cancel(5) end)
raises("with_timeout", function() context.with_timeout(root) end)
raises("with_timeout", function() context.with_timeout(root, "x") end)
raises("with_deadline", function() context.with_deadline(root, {}) end)
raises("nil key", function() context.with_value(root, nil, 1) end)
print "raised" --> expect: raised
