local Secret = { __metatable = "hidden", __index = function(_, k) return k .. "!" end }
local s = setmetatable({}, Secret)
print(go.task(function() return getmetatable(s), s.hey end):join()) --> expect: hidden	hey!
