-- The coroutine of a goroutine that was killed, exited or failed is not that of any later one.
--> env: LAGOON_DEBUG=place=one
local never, ids = chan(), chan(1)
local ends = {
  function() never:recv() end,
  function() while true do end end,
  function() table.sort({ 3, 2, 1 }, function() never:recv() end) end,
  function() coroutine.wrap(function() never:recv() end)() end,
  function() go.exit() end,
  function() error "failed" end,
}
local function name_me(ids) ids:send(tostring(coroutine.running())) end

-- What is not collected keeps its name to itself.
go.task(function() collectgarbage "stop" end):join()
local dead, seen = {}, 0
for i = 1, 60 do
  local finish = ends[i % #ends + 1]
  local task = go.task(function()
    name_me(ids)
    finish()
  end)
  local id = ids:recv()
  seen = seen + (dead[id] and 1 or 0)
  dead[id] = true
  task:kill()
  task:result()
end
for _ = 1, 200 do
  go.task(name_me, ids)
  seen = seen + (dead[ids:recv()] and 1 or 0)
end
print(seen) --> expect: 0
