-- They live in one worker state, which nobody else does and which is closed after them.
local before = go.runtime.states()
local ready, finish = chan(), chan()
local t = go.task(go.limits { memory = 4 << 20 }, function()
  local kept = chan()
  for _ = 1, 10 do
    go(function()
      local mine = ("x"):rep(300000)
      ready:send(#mine)
      finish:recv()
      kept:send(#mine)
    end)
  end
  local sum = 0
  for _ = 1, 10 do sum = sum + kept:recv() end
  return sum
end)
for _ = 1, 10 do ready:recv() end
print(go.runtime.states() - before <= 1 or go.runtime.states()) --> expect: true
finish:close()
print(t:result()) --> expect: true	3000000
local t = go.task(go.limits { memory = 2 << 20 }, function()
  for _ = 1, 10 do
    go.task(function()
      local mine = ("x"):rep(300000)
      chan():recv()
      return mine
    end)
  end
  chan():recv()
end)
print(t:result()) --> expect: false	memory limit exceeded (2097152 bytes)
while go.runtime.goroutines() > 1 or go.runtime.states() > before + 1 do go.sleep(0.001) end
