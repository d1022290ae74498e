local ch = chan()
go(function()
  for i = 1, 100 do ch:send(i) end
end)
local mt = {
  __index = function(_, i) return "v" .. ch:recv() end,
  __newindex = function(t, k, v)
    ch:recv()
    rawset(t, k, v)
  end,
  __len = function() return 2 end,
}
local t = setmetatable({}, mt)
print(table.concat(t, ","))   --> expect: v1,v2
print(table.unpack(t))        --> expect: v3	v4
table.insert(t, "x")
print(rawget(t, 3))           --> expect: x
