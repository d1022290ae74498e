local started, log = chan(), chan(10)
local function note(text)
  return setmetatable({}, { __close = function() log:try_send(text) end })
end
local t = go.task(function()
  local a <close> = note "goroutine"
  coroutine.wrap(function()
    local b <close> = note "coroutine"
    coroutine.wrap(function()
      local c <close> = note "coroutine in it"
      started:close()
      chan():recv()
    end)()
  end)()
end)
started:recv()
t:kill()
t:result()
print((log:try_recv())) --> expect: coroutine in it
print((log:try_recv())) --> expect: coroutine
print((log:try_recv())) --> expect: goroutine
