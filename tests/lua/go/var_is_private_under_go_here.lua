local out = chan()
go.var.request = 7
go.here(function()
  out:send(go.var.request)
  go.var.request = 8
  out:send(true)
end)
print((out:recv()))   --> expect: 7
out:recv()
print(go.var.request) --> expect: 7
