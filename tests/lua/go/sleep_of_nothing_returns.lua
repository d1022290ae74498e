go.sleep(0)
go.sleep(-1)
go.sleep(0.0001)
print(select("#", go.sleep(0))) --> expect: 0
