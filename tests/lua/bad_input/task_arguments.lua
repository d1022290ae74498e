package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local t = go.task(function() end)
raises({ "join", "number expected, got string" }, function() t:join("soon") end)
raises({ "join", "task expected, got number" }, function() t.join(5) end)
raises({ "result", "task expected" }, function() t.result(chan()) end)
raises({ "cancel", "task expected" }, function() t.cancel() end)
raises({ "kill", "task expected" }, function() t.kill("x") end)
raises({ "status", "task expected" }, function() t.status({}) end)
raises({ "id", "task expected" }, function() t.id(nil) end)
print(t:result()) --> expect: true
