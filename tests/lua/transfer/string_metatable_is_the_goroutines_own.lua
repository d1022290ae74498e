local t = go.task(function()
  getmetatable("").__call = function(s) return s:reverse() end
  return ("abc")()
end)
print(t:join())                                    --> expect: cba
print((pcall(function() return ("abc")() end)))    --> expect: false
print(getmetatable("").__call)                     --> expect: nil
