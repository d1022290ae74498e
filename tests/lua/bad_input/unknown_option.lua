package.path = "../support/?.lua;" .. package.path
local child = require "child"
local printed, status = child("", "--no-such-option")
print(status)                                               --> expect: 1
print(printed:find("--no-such-option", 1, true) ~= nil)     --> expect: true
print(printed:find("usage", 1, true) ~= nil)                --> expect: true
