local a, b = chan(), chan()
go(function() b:send("late") end)
print(select { { recv = a }, { recv = b } }) --> expect: 2	late	true
