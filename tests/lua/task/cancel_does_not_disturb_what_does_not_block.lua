local go_on, canceled = go.sync.atomic(0), go.sync.atomic(0)
local t = go.task(function()
  while canceled:load() == 0 do end
  local seen = go.canceled()
  go_on:store(1)
  return seen
end)
t:cancel()
canceled:store(1)
print(t:join(), go_on:load()) --> expect: true	1
