local t = go.task(function()
  error("boom") -- line 2
end)
local _, err = pcall(t.join, t)
print(tostring(err):match("^[^\n]*")) --> expect: join_keeps_the_position_of_the_error.lua:2: boom
