local f = function() return 0 end
for _ = 1, 100 do
  local inner = f
  f = function() return inner() + 1 end
end
print(go.task(f):join()) --> expect: 100
