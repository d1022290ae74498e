-- Blocking is legal there; the script's own yield is what it is in stock Lua.
local co = coroutine.create(function()
  table.sort({ 3, 2, 1 }, function(a, b)
    coroutine.yield()
    return a < b
  end)
end)
local ok, err = coroutine.resume(co)
local message = "attempt to yield across a C-call boundary"
print(ok, tostring(err):find(message, 1, true) ~= nil) --> expect: false	true
