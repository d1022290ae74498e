package.path = "../support/?.lua;" .. package.path
local child = require "child"
local printed, status = child "print 'never'\nlocal x = = 1\n"
print(status)                                                              --> expect: 1
print(printed:find(":2: unexpected symbol near '='", 1, true) ~= nil)      --> expect: true
print(printed:find("never", 1, true))                                      --> expect: nil
