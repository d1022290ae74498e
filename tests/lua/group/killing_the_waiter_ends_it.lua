local started, ended = chan(), chan(1)
local t = go.task(function()
  local g <close> = go.group()
  g:go(function()
    local last <close> = setmetatable({}, { __close = function() ended:send("ended") end })
    started:close()
    chan():recv()
  end)
  g:wait()
end)
started:recv()
t:kill()
print(t:result())     --> expect: false	killed
print((ended:recv())) --> expect: ended
