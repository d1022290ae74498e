-- T27 TestChanSendBarrier, TestShrinkStackDuringBlockedSend: garbage is collected in both states
-- while a value lies in a channel or its sender waits.
local function make(i)
  local list = {}
  for k = 1, 20 do list[k] = { name = "value " .. i .. "." .. k, f = function() return i * k end } end
  return list
end
local function check(list, i)
  assert(#list == 20)
  for k = 1, 20 do assert(list[k].name == "value " .. i .. "." .. k and list[k].f() == i * k) end
end
for _, cap in ipairs { 0, 3 } do
  local ch, wg = chan(cap), go.sync.waitgroup()
  for i = 1, 10 do
    wg:go(function()
      if i % 2 == 0 then
        ch:send { i = i, list = make(i) }
      else
        select { { send = ch, value = { i = i, list = make(i) } }, { recv = chan() } }
      end
      collectgarbage()
    end)
  end
  for _ = 1, 10 do
    collectgarbage()
    go.runtime.gc()
    local got = ch:recv()
    collectgarbage()
    check(got.list, got.i)
  end
  wg:wait()
end
print "intact" --> expect: intact
