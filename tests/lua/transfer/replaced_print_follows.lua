local out = chan(1)
local stock = print
function print(...) out:send(table.concat({ ... }, "+")) end
go(function() print("a", "b") end)
stock((out:recv())) --> expect: a+b
