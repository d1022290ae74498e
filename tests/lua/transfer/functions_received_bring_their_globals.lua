rate = 2
function convert(x) return x * rate end
local ch, out = chan(1), chan()
go(function()
  rate = 100
  local f = ch:recv()
  out:send(f(5))
  out:send(rate)
end)
ch:send(convert)
print((out:recv())) --> expect: 10
print((out:recv())) --> expect: 100
