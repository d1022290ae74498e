local m, out = go.sync.mutex(), chan(1)
m:lock()
go(function()
  m:lock()
  out:send("mine")
end)
print(out:recv(0.03)) --> expect: nil	false	timeout
m:unlock()
print((out:recv()))   --> expect: mine
