local ch = chan(1)
ch:send(nil)
print(#ch)       --> expect: 1
print(ch:recv()) --> expect: nil	true
go(function() ch:send() end)
print(ch:recv()) --> expect: nil	true
