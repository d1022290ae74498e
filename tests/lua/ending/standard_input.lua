--> stdin: first line
--> stdin: 42
local out = chan()
go(function()
  out:send(io.read "l")
  out:send(io.read "n")
end)
print((out:recv())) --> expect: first line
print((out:recv())) --> expect: 42
