local Config = {}
Config.__index = Config
function Config:url() return self.host .. ":" .. self.port end
local c = go.freeze(setmetatable({ host = "h", port = 80 }, Config))
print(c:url(), go.task(function() return c:url() end):join()) --> expect: h:80	h:80
