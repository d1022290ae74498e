local ch = chan(1)
go(function() ch:send("came") end)
print(select { { recv = ch }, default = false }) --> expect: 1	came	true
