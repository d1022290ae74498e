local t = go.time.timer(1000)
print(t:reset(0.01))              --> expect: true
print((select { { recv = t } })) --> expect: 1
print(t:reset(0.01))              --> expect: false
print((select { { recv = t } })) --> expect: 1
