math.randomseed(7)
local t = go.task(function(n)
  for _ = 1, n do math.random() end
end, 0)
t:join()
local first = math.random(1 << 40)
math.randomseed(7)
t = go.task(function(n)
  for _ = 1, n do math.random() end
end, 1000)
t:join()
print(first == math.random(1 << 40)) --> expect: true
