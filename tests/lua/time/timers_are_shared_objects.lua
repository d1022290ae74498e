local t, out = go.time.timer(1000), chan()
go(function()
  select { { recv = t } }
  out:send("fired")
end)
t:reset(0)
print((out:recv())) --> expect: fired
