-- As those of a killed goroutine: innermost coroutine first, with nil for the error; locks are given back.
local limits = {
  go.limits { cpu = 0.1 }, go.limits { wall = 0.3 }, go.limits { memory = 1 << 20 },
}
local function spin() local t = {} while true do t[#t + 1] = {} end end
local function wait() while true do pcall(go.sleep, 1) end end
local function burn() while true do end end
for i, body in ipairs { burn, wait, spin } do
  local m, told = go.sync.mutex(), chan(10)
  local function tell(what)
    return setmetatable({}, { __close = function(_, err) told:try_send(what .. " " .. tostring(err)) end })
  end
  local t = go.task(limits[i], function()
    local outer <close> = tell "outer"
    local held <close> = m:lock()
    coroutine.wrap(function()
      local inner <close> = tell "inner"
      table.sort({ 2, 1 }, function() pcall(body) end)
    end)()
  end)
  print((t:result()), (told:recv()), (told:recv()), m:try_lock() == m)
end
--> expect: false	inner nil	outer nil	true
--> expect: false	inner nil	outer nil	true
--> expect: false	inner nil	outer nil	true
