first, second = 1, 2
print(go.task(function()
  local found = {}
  for k in pairs(_G) do
    if k == "first" or k == "second" then found[#found + 1] = k end
  end
  table.sort(found)
  return table.concat(found, " ")
end):join()) --> expect: first second
print(go.task(function()
  local printer
  for k, v in pairs(require "_G") do
    if k == "print" then printer = v end
  end
  return printer ~= nil, require "_G" == _ENV
end):join()) --> expect: true	true
print(go.task(function()
  local n = 0
  for k in pairs(require "_G") do n = n + 1 end
  return n > 20
end):join()) --> expect: true
