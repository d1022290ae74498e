local message = "attempt to yield from outside a coroutine"
local ok, err = pcall(coroutine.yield, 1)
print(ok, tostring(err):find(message, 1, true) ~= nil) --> expect: false	true
local ok2, err2 = go.task(function() coroutine.yield(1) end):result()
print(ok2, tostring(err2):find(message, 1, true) ~= nil) --> expect: false	true
