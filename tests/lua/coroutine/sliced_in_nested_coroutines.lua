--> procs: 1
-- A slice that ends inside coroutines disturbs neither their results nor the order of their steps.
local stop = go.sync.atomic(0)
local t = go.task(function()
  local function gen(n)
    return coroutine.wrap(function()
      local sum = 0
      for i = 1, n do
        sum = sum + i
        if i % 1000 == 0 then coroutine.yield(sum) end
      end
    end)
  end
  local rounds = 0
  while stop:load() == 0 do
    local last
    for sum in gen(5000) do last = sum end
    assert(last == 12502500)
    rounds = rounds + 1
  end
  return rounds > 0
end)
go.sleep(0.1)
stop:store(1)
print(t:join()) --> expect: true
