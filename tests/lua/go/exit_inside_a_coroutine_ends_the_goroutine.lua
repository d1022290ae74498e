local out = chan(10)
local function note(text)
  return setmetatable({}, { __close = function() out:send(text) end })
end
go(function()
  local outside <close> = note "goroutine"
  coroutine.wrap(function()
    local inside <close> = note "coroutine"
    go.exit()
  end)()
  out:send("not reached")
end)
print((out:recv()))     --> expect: coroutine
print((out:recv()))     --> expect: goroutine
print((out:recv(0.05))) --> expect: nil
