local t = go.time.now()
print(type(t), math.abs(t - os.time()) < 60) --> expect: number	true
print(os.date("%Y", math.floor(t)) == os.date("%Y", os.time())) --> expect: true
