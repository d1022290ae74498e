local ch, sent = chan(), chan(1)
go(function()
  ch:send("x")
  sent:send("sent")
end)
print(sent:recv(0.03))  --> expect: nil	false	timeout
print(ch:recv())        --> expect: x	true
print((sent:recv()))    --> expect: sent
