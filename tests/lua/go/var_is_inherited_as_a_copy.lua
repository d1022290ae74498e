local out = chan()
go.var.request = 7
go(function()
  out:send(go.var.request)
  go.var.request = 8
  go(function() out:send(go.var.request) end)
end)
print((out:recv()))    --> expect: 7
print((out:recv()))    --> expect: 8
print(go.var.request)  --> expect: 7
