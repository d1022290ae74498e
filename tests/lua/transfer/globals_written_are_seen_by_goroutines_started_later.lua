local out = chan()
go(function()
  fresh = "made here"
  go(function() out:send(fresh) end)
end)
print((out:recv())) --> expect: made here
print(fresh)        --> expect: nil
