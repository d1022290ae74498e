package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local ch = chan(2)
ch:send("kept")
ch:close()
raises("send on closed channel", function() ch:send(1) end)
raises("send on closed channel", function() ch:send(1, 5) end)
raises("send on closed channel", function() ch:try_send(1) end)
raises("send on closed channel", function() select { { send = ch, value = 1 } } end)
raises("send on closed channel", function() select { { send = ch, value = 1 }, default = true } end)
raises("send on closed channel", function() select { { recv = chan() }, { send = ch, value = 1 } } end)
print(ch:recv()) --> expect: kept	true
print(ch:recv()) --> expect: nil	false	closed
