base = 5
print(go.task(function()
  local function inner()
    return (function() return base end)()
  end
  return inner()
end):join()) --> expect: 5
