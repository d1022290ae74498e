-- While a finalizer runs, nobody else does in its state, but those of other states do.
local turns, seen = 0, nil
local far = chan()
go.here(function() while true do turns = turns + 1 end end)
go(function() far:send(true) end)
local garbage = setmetatable({}, {
  __gc = function()
    local before = turns
    while not far:try_recv() do end
    seen = turns == before
  end,
})
garbage = nil
collectgarbage()
print(seen)

--> expect: true
