local ch = chan()
print(ch.no_such_method)                           --> expect: nil
print((pcall(function() ch.field = 1 end)))        --> expect: false
print((pcall(function() return ch + 1 end)))       --> expect: false
print((pcall(function() return ch < chan() end)))  --> expect: false
