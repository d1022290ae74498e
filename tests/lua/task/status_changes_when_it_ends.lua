local gate = chan()
local t = go.task(function() gate:recv() end)
local before = t:status()
gate:close()
t:join()
print(type(before), type(t:status()), before ~= t:status()) --> expect: string	string	true
