local ch = chan()
go(function() ch:send("explained") end)
local function explain(err) return err .. " " .. ch:recv() end
print(xpcall(error, explain, "oops")) --> expect: false	oops explained
