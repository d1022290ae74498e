go(function()
  coroutine.wrap(function() error "deep boom" end)()
end)
chan():recv(30)
--> expect exit: 2
--> expect error: deep boom
