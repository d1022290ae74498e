local ready, never = chan(), chan()
local t = go.task(function()
  ready:close()
  never:recv()
end)
ready:recv()
t:cancel()
local ok, err = t:result()
print(ok, go.is_canceled(err))                            --> expect: false	true
print(tostring(err):find("canceled", 1, true) ~= nil)     --> expect: true
