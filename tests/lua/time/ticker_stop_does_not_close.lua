local t = go.time.ticker(0.005)
select { { recv = t } }
t:stop()
print((select { { recv = t }, { after = 0.03 } })) --> expect: 2
