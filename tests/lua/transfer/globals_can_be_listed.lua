first, second = 1, 2
print(go.task(function()
  local found = {}
  for k in pairs(_G) do
    if k == "first" or k == "second" then found[#found + 1] = k end
  end
  table.sort(found)
  return table.concat(found, " ")
end):join()) --> expect: first second
