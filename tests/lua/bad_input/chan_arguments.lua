package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local ch = chan(1)
raises({ "chan", "number expected, got string" }, function() chan("many") end)
raises({ "chan", "number expected, got table" }, function() chan {} end)
raises({ "send", "number expected, got string" }, function() ch:send(1, "soon") end)
raises({ "recv", "number expected, got boolean" }, function() ch:recv(true) end)
raises({ "send", "chan expected, got number" }, function() ch.send(5, 1) end)
raises({ "recv", "chan expected, got nil" }, function() ch.recv(nil) end)
raises({ "recv", "chan expected, got no value" }, function() ch.recv() end)
raises({ "try_send", "chan expected, got table" }, function() ch.try_send({}, 1) end)
raises({ "try_recv", "chan expected, got string" }, function() ch.try_recv("x") end)
raises({ "close", "chan expected" }, function() ch.close() end)
raises({ "len", "chan expected" }, function() ch.len(io.stdout) end)
raises({ "cap", "chan expected" }, function() ch.cap(go.sync.mutex()) end)
print(#ch) --> expect: 0
