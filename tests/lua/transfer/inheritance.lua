local Animal = {}
Animal.__index = Animal
function Animal:speak() return self.name .. " says " .. self:sound() end
local Dog = setmetatable({}, { __index = Animal })
Dog.__index = Dog
function Dog:sound() return "woof" end
local rex = setmetatable({ name = "Rex" }, Dog)
local t = go.task(function() return rex:speak(), getmetatable(rex) == Dog end)
print(t:join())                                --> expect: Rex says woof	true
local ch = chan(1)
ch:send(rex)
local copy = ch:recv()
print(copy:speak(), getmetatable(copy) == Dog) --> expect: Rex says woof	true
