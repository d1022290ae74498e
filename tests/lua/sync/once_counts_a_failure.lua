local once, n = go.sync.once(), 0
print(pcall(once.call, once, function()
  n = n + 1
  error("first", 0)
end)) --> expect: false	first
pcall(once.call, once, function() n = n + 1 end)
print(n) --> expect: 1
