local out = chan()
go(function()
  local said <close> = setmetatable({}, { __close = function() out:send("closed") end })
  go.exit()
  out:send("not reached")
end)
print((out:recv()))   --> expect: closed
print(out:recv(0.05)) --> expect: nil	false	timeout
