local ch = chan(1)
go.task(function()
  local n = 5
  ch:send { f = function() return n end, t = { "kept" } }
end):join()
collectgarbage()
local got = ch:recv()
print(got.f(), got.t[1]) --> expect: 5	kept
