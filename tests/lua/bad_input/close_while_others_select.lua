-- The sender in the select finds the channel closed under it.
local ch, out = chan(), chan()
local t = go.task(function() select { { send = ch, value = 1 }, { recv = chan() } } end)
go.sleep(0.01)
ch:close()
local ok, err = t:result()
print(ok, tostring(err):find("send on closed channel", 1, true) ~= nil) --> expect: false	true
