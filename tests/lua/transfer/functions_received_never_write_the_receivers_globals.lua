function remember(x) memory = x return memory end
local ch, out = chan(1), chan()
go(function()
  memory = "mine"
  local f = ch:recv()
  out:send(f("theirs"))
  out:send(memory)
end)
ch:send(remember)
print((out:recv())) --> expect: theirs
print((out:recv())) --> expect: mine
print(memory)       --> expect: nil
