local t = setmetatable({ a = 1 }, {
  __index = function() error "__index ran" end,
  __newindex = function() error "__newindex ran" end,
  __pairs = function() error "__pairs ran" end,
  __len = function() error "__len ran" end,
})
local ch = chan(1)
ch:send(t)
print(rawget((ch:recv()), "a")) --> expect: 1
