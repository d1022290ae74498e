local log = chan()
local long = go.task(function() go.sleep(1000) end)
go(function()
  go.sleep(0.02)
  log:send("short")
end)
print((log:recv())) --> expect: short
long:kill()
print(long:result()) --> expect: false	killed
