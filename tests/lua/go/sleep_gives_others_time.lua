local log = chan(3)
go(function()
  go.sleep(0.3)
  log:send("long")
end)
go(function()
  go.sleep(0.02)
  log:send("short")
end)
print((log:recv())) --> expect: short
print((log:recv())) --> expect: long
