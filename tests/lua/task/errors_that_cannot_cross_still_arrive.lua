-- An error value that must not be copied is no reason to lose the failure.
local t = go.task(function() error(coroutine.create(print)) end)
local ok, err = t:result()
print(ok, err ~= nil) --> expect: false	true
