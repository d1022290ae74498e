local ch = chan()
print((select { { send = ch, value = 1 }, { recv = ch }, { after = 0.02 } })) --> expect: 3
