local results = {}
for i = 1, 5 do
  results[i] = go.task(function() return i * i end)
end
for i = 1, 5 do results[i] = results[i]:join() end
print(table.concat(results, " ")) --> expect: 1 4 9 16 25
