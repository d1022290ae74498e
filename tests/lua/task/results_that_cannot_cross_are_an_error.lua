local t = go.task(function() return { co = coroutine.create(print) } end)
local ok, err = t:result()
print(ok)                                               --> expect: false
print(tostring(err):find("cannot copy", 1, true) ~= nil) --> expect: true
print(tostring(err):find("thread", 1, true) ~= nil)      --> expect: true
