local t = go.time.timer(0.01)
print((select { { recv = chan() }, { recv = t } })) --> expect: 2
