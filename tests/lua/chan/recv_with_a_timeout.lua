local ch = chan(1)
print(ch:recv(0.01)) --> expect: nil	false	timeout
print(ch:recv(0))    --> expect: nil	false	timeout
print(ch:recv(-1))   --> expect: nil	false	timeout
ch:send("v")
print(ch:recv(0))    --> expect: v	true
go(function() ch:send("w") end)
print(ch:recv(100))  --> expect: w	true
