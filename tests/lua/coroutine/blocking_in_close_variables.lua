local ch = chan()
go(function()
  for i = 1, 3 do ch:send(i) end
end)
local function closing(name)
  return setmetatable({}, { __close = function(_, err)
    print(name, ch:recv(), err)
  end })
end
do
  local a <close> = closing "a"
  local b <close> = closing "b"
end
print(pcall(function()
  local c <close> = closing "c"
  error("oops", 0)
end))
--> expect: b	1	nil
--> expect: a	2	nil
--> expect: c	3	oops
--> expect: false	oops
