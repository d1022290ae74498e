-- A moment that has passed but was not received is gone after reset and stop.
local t = go.time.timer(0)
go.sleep(0.01)
t:reset(1000)
print((select { { recv = t }, default = true })) --> expect: 0
t:reset(0)
go.sleep(0.01)
t:stop()
print((select { { recv = t }, default = true })) --> expect: 0
