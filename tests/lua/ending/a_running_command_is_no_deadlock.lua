local ch = chan()
go(function()
  os.execute "sleep 0.05"
  ch:send("done")
end)
print((ch:recv())) --> expect: done
