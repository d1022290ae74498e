local never = chan()
local t = go.task(function() never:recv() end)
t:cancel("too slow")
local _, err = t:result()
print(go.is_canceled(err), tostring(err):find("too slow", 1, true) ~= nil) --> expect: true	true
