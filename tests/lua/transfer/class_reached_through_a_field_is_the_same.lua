local app = { classes = { Account = {} } }
local Account = app.classes.Account
Account.__index = Account
function Account:get() return self.n end
local ch = chan(1)
local t = go.task(function()
  local a = ch:recv()
  return getmetatable(a) == app.classes.Account, a:get()
end)
ch:send(setmetatable({ n = 3 }, Account))
print(t:join()) --> expect: true	3
