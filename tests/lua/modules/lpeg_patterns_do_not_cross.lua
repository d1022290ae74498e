package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local lpeg = require "lpeg"
local word = lpeg.R("az") ^ 1
raises({ "cannot copy", "word", "userdata" }, go, function() return word:match "x" end)
print(word:match "abc") --> expect: 4
