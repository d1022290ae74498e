local ch = chan()
go(function() ch:send("in time") end)
print(select { { after = 100 }, { recv = ch } }) --> expect: 2	in time	true
