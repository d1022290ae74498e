package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local g = go.group()
raises({ "go", "function expected" }, function() g:go(nil) end)
raises({ "go", "function expected" }, function() g:go("x") end)
raises({ "limit", "number expected" }, function() g:limit("x") end)
print(g:wait()) --> expect: true
