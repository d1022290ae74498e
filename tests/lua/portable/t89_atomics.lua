-- T89 TestHammer64, TestStoreLoadSeqCst64: no update is lost; of two goroutines that each store and
-- then load the other's variable, at least one sees the other.
local a, wg = go.sync.atomic(0), go.sync.waitgroup()
for _ = 1, 8 do
  wg:go(function()
    for i = 1, 500 do
      if i % 2 == 0 then
        a:add(1)
      else
        repeat
          local v = a:load()
        until a:cas(v, v + 1)
      end
    end
  end)
end
wg:wait()
print(a:load()) --> expect: 4000

local rounds = 300
local x, y = {}, {}
for i = 1, rounds do x[i], y[i] = go.sync.atomic(0), go.sync.atomic(0) end
local function play(mine, other)
  local seen = {}
  for i = 1, rounds do
    mine[i]:store(1)
    seen[i] = other[i]:load()
  end
  return seen
end
local t1, t2 = go.task(play, x, y), go.task(play, y, x)
local s1, s2 = t1:join(), t2:join()
for i = 1, rounds do assert(s1[i] == 1 or s2[i] == 1, i) end
print "sequential" --> expect: sequential
