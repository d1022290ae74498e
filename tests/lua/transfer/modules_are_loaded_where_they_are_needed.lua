-- The receiver requires what a value names, also when its own code never does.
local ch, out = chan(), chan()
go(function()
  local f = ch:recv()
  out:send(f { side = 3 })
end)
ch:send(require("shapes").area)
print((out:recv())) --> expect: 9
