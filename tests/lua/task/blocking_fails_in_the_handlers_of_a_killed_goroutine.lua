local started, log = chan(), chan(1)
local t = go.task(function()
  local handler <close> = setmetatable({}, {
    __close = function()
      local ok = pcall(function() return chan():recv() end)
      log:try_send(ok)
    end,
  })
  started:close()
  chan():recv()
end)
started:recv()
t:kill()
t:result()
print((log:recv())) --> expect: false
