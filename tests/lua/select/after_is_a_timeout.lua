local ch = chan()
print(select { { recv = ch }, { after = 0.01, function() return "timeout" end } }) --> expect: timeout
print((select { { recv = ch }, { after = 0 } }))                                   --> expect: 2
