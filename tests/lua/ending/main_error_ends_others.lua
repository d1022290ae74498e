local started = chan()
go(function()
  started:close()
  while true do end
end)
started:recv()
error "boom"
--> expect exit: 1
--> expect error: boom
