print((select { { after = false }, { after = 0.01 }, { after = 1000 } })) --> expect: 2
