package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local client = { name = "c", co = coroutine.create(print) }
local here = "<refusals_name_the_path_through_upvalues.lua:6>"
raises("go: cannot copy upvalue 'client.co' of function " .. here .. ": thread",
  go, function() return client.name end)
print "named" --> expect: named
