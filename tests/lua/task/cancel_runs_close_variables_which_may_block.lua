local never, ch = chan(), chan()
local t = go.task(function()
  local bye <close> = setmetatable({}, { __close = function() ch:send("bye") end })
  never:recv()
end)
t:cancel()
print((ch:recv())) --> expect: bye
print((t:result())) --> expect: false
