local ch = chan()
go(function()
  go.sleep(0.05)
  ch:send("woke up")
end)
print((ch:recv())) --> expect: woke up
