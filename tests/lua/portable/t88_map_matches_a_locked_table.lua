-- T88 TestMapMatchesRWMutex, TestConcurrentRange, TestMapRangeNestedCall: any sequence of
-- operations gives what a table under a lock gives.
math.randomseed(11)
for _ = 1, 30 do
  local map, model = go.sync.map(), {}
  for _ = 1, 100 do
    local key, value, op = "k" .. math.random(8), math.random(100), math.random(5)
    if op == 1 then
      map:set(key, value)
      model[key] = value
    elseif op == 2 then
      map:delete(key)
      model[key] = nil
    elseif op == 3 then
      map:update(key, function(v) return (v or 0) + value end)
      model[key] = (model[key] or 0) + value
    else
      assert(map:get(key) == model[key])
    end
  end
  local count = 0
  for k, v in map:pairs() do
    assert(model[k] == v)
    count = count + 1
  end
  for _ in pairs(model) do count = count - 1 end
  assert(count == 0 and map:len() >= 0)
end

-- Walking while others write: every key once, every value one that was written.
local map, stop, wg = go.sync.map(), go.sync.atomic(0), go.sync.waitgroup()
for k = 1, 50 do map:set(k, k) end
for _ = 1, 3 do
  wg:go(function()
    local round = 1
    while stop:load() == 0 do
      for k = 1, 50 do map:set(k, k * round) end
      round = round + 1
      go.yield()
    end
  end)
end
for _ = 1, 20 do
  local seen = {}
  for k, v in map:pairs() do
    assert(not seen[k] and v % k == 0)
    seen[k] = true
  end
  assert(#seen == 50)
end
stop:store(1)
wg:wait()

-- Walks nest.
local n = 0
for _ in map:pairs() do
  for _ in map:pairs() do n = n + 1 end
end
print(n) --> expect: 2500
