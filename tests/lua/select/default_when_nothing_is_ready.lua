local ch = chan()
print(select { { recv = ch }, default = function() return "nothing" end }) --> expect: nothing
print((select { { recv = ch }, default = true }))                          --> expect: 0
print((select { default = true }))                                         --> expect: 0
