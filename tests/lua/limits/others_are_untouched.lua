-- Those beside it compute, wait and take memory as ever, whichever limit it was.
local stop = chan()
local busy = go.task(function()
  local n, held = 0, {}
  repeat
    n = n + 1
    held[n % 1000] = { n }
  until select(3, stop:try_recv()) == "closed"
  return n > 0
end)
local neighbour = go.task(go.limits { memory = 32 << 20, cpu = 60, wall = 600 }, function()
  local held = ("x"):rep(5 << 20)
  stop:recv()
  return #held
end)
for _ = 1, 5 do
  assert(not go.task(go.limits { memory = 1 << 20 }, function() local t = {} while true do t[#t + 1] = {} end end):result())
  assert(not go.task(go.limits { cpu = 0.005 }, function() while true do end end):result())
  assert(not go.task(go.limits { wall = 0.005 }, function() chan():recv() end):result())
end
stop:close()
print(busy:result())      --> expect: true	true
print(neighbour:result()) --> expect: true	5242880
