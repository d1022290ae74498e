local function make()
  local _ENV = { base = 40 }
  return function(n) return base + n end
end
print(go.task(make(), 2):join()) --> expect: 42
print(go.task(function()
  local _ENV = { x = 1 }
  x = x + 1
  return x
end):join()) --> expect: 2
print(base) --> expect: nil
