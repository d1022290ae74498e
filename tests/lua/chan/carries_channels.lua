local requests = chan()
go(function()
  for request in requests do request.reply:send(request.n * 2) end
end)
local reply = chan()
requests:send { n = 21, reply = reply }
print((reply:recv())) --> expect: 42
