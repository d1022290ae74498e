-- A coroutine belongs to the state, not to the goroutine that made it.
local ch = chan()
local co = coroutine.wrap(function()
  local a = coroutine.yield(go.id())
  return a, go.id()
end)
print(co()) --> expect: 1
local done = chan()
go.here(function()
  local a, id = co("x")
  print(a, id == go.id(), id ~= 1) --> expect: x	true	true
  done:close()
end)
done:recv()
