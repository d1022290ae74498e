go.task(function()
  setmetatable(_G, { __index = function(_, k) return "default for " .. k end })
  assert(unset == "default for unset")
end):join()
print(unset, getmetatable(_G)) --> expect: nil	nil
