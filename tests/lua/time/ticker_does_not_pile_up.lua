-- A slow receiver finds one tick, not all it missed.
local t = go.time.ticker(0.002)
go.sleep(0.05)
t:stop()
local found = 0
while select { { recv = t }, default = true } == 1 do found = found + 1 end
print(found <= 1) --> expect: true
