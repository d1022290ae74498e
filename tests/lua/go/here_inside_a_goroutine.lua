-- go.here shares with its creator, whatever goroutine that is.
local out = chan()
go(function()
  local n, ready = 1, chan()
  go.here(function()
    n = n + 1
    ready:close()
  end)
  ready:recv()
  out:send(n)
end)
print(out:recv()) --> expect: 2	true
