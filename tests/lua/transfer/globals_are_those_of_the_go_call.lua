mode = "before"
local gate, out = chan(), chan()
go(function()
  gate:recv()
  out:send(mode)
end)
mode = "after"
gate:close()
print((out:recv())) --> expect: before
