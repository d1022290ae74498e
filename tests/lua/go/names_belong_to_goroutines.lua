local out = chan()
go.name "boss"
go(function()
  go.name "worker"
  out:send(go.name())
end)
print((out:recv())) --> expect: worker
print(go.name())    --> expect: boss
