-- A goroutine that waits keeps what it can still reach, and nothing that it has used before.
local ch, ready = chan(), chan()
local collected = chan(4)
go.here(function()
  local function use(...) return select("#", ...) end
  local kept = setmetatable({ "kept" }, { __gc = function() collected:try_send("kept") end })
  use(1, 2, 3, 4, setmetatable({}, { __gc = function() collected:try_send("argument") end }))
  ready:send(true)
  ch:recv()
  ready:send(kept[1])
end)
ready:recv()
go.yield()
collectgarbage()
collectgarbage()
print(collected:try_recv())
print(collected:try_recv())
ch:send(true)
print(ready:recv())
--> expect: argument	true
--> expect: nil	false	empty
--> expect: kept	true
