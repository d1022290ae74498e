-- T68 TestGoNil: nothing cannot be started, and the error says so.
local ok, err = pcall(function() go(nil) end)
print(ok, tostring(err):find("nil", 1, true) ~= nil) --> expect: false	true
