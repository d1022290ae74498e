limit = 10
settings = { depth = 3 }
local t = go.task(function()
  limit = limit + 1
  settings.depth = 4
  return limit, settings.depth
end)
print(t:join())               --> expect: 11	4
print(limit, settings.depth)  --> expect: 10	3
