local Oops = {}
Oops.__index = Oops
Oops.__tostring = function(self) return "Oops: " .. self.text end
local t = go.task(function() error(setmetatable({ text = "again" }, Oops)) end)
local _, err = t:result()
print(getmetatable(err) == Oops, tostring(err)) --> expect: true	Oops: again
