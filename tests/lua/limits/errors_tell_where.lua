local function busy()
  while true do end
end
local t = go.task(go.limits { cpu = 0.01 }, function() busy() end)
local ok, err = pcall(t.join, t)
print(ok, err:find("cpu limit exceeded", 1, true) == 1) --> expect: false	true
print(err:find("errors_tell_where.lua:2: in upvalue 'busy'", 1, true) ~= nil) --> expect: true
print(err:find("created by goroutine 1 at errors_tell_where.lua:4", 1, true) ~= nil) --> expect: true
-- A kill before stays a kill.
local t = go.task(go.limits { wall = 60 }, busy)
t:kill()
print(t:result()) --> expect: false	killed
