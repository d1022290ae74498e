local ch = chan()
go(function() ch:send("v") end)
print(pcall(function() return (ch:recv()) end)) --> expect: true	v
print(xpcall(function() return ch:recv(0.01) end, print)) --> expect: true	nil	false	timeout
print(pcall(pcall, pcall, function() return ch:recv(0.01) end)) --> expect: true	true	true	nil	false	timeout
