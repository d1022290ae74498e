local t = go.time.timer(0.03)
print(t:stop())                                   --> expect: true
print(t:stop())                                   --> expect: false
print((select { { recv = t }, { after = 0.06 } })) --> expect: 2
