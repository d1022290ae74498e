local a, b = chan(), chan()
go(function() b:close() end)
print(select { { recv = a }, { recv = b } }) --> expect: 2	nil	false
