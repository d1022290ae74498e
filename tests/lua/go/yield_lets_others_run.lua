local ready = false
go.here(function() ready = true end)
while not ready do go.yield() end
print(ready)                      --> expect: true
print(select("#", go.yield())) --> expect: 0
