local ch, sent = chan(2), chan(3)
go(function()
  for i = 1, 3 do
    ch:send(i)
    sent:send(i)
  end
end)
print((sent:recv()), (sent:recv())) --> expect: 1	2
print(sent:recv(0.03))              --> expect: nil	false	timeout
print((ch:recv()))                  --> expect: 1
print((sent:recv()))                --> expect: 3
