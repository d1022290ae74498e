package.path = "../support/?.lua"
local t = go.task(function() return package.path, type(require "raises") end)
print(t:join())     --> expect: ../support/?.lua	function
go.task(function() package.path = "elsewhere" end):join()
print(package.path) --> expect: ../support/?.lua
