local ch = chan()
go(function() ch:send("deep") end)
local co = coroutine.wrap(function()
  coroutine.yield((select { { recv = ch, function(v) return v end } }))
end)
print(co()) --> expect: deep
