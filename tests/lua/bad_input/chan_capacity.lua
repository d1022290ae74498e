package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
raises({ "chan", "-1" }, function() chan(-1) end)
raises("size out of range", function() chan(-1) end)
raises({ "chan", "1.5" }, function() chan(1.5) end)
raises("size out of range", function() chan(2 ^ 40) end)
raises("size out of range", function() chan(math.maxinteger) end)
raises("chan", function() chan(math.mininteger) end)
raises("chan", function() chan(1 / 0) end)
raises("chan", function() chan(0 / 0) end)
print(chan(2.0):cap()) --> expect: 2
