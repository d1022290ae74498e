local t = go.task(function() error("boom", 0) end)
local ok, err = pcall(t.join, t)
print(ok)                                        --> expect: false
print(tostring(err):find("boom", 1, true) ~= nil) --> expect: true
