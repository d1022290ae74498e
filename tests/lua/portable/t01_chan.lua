-- T1 TestChan: what every channel does, for capacities 0 to 20.
local function one_receiver_per_sender(cap)
  local ch, sums, wg = chan(cap), chan(4), go.sync.waitgroup()
  for _ = 1, 4 do
    wg:go(function()
      for i = 1, 250 do ch:send(i) end
    end)
    go(function()
      local sum = 0
      for _ = 1, 250 do sum = sum + ch:recv() end
      sums:send(sum)
    end)
  end
  wg:wait()
  local total = 0
  for _ = 1, 4 do total = total + sums:recv() end
  assert(total == 4 * 250 * 251 // 2, "what was sent is what was received")
end

for cap = 0, 20 do
  -- Empty: a receive waits, the forms that do not wait say so.
  local ch = chan(cap)
  local got1 = go.task(function() return (ch:recv()) end)
  local got2 = go.task(function() return (select { { recv = ch, function(v) return v end } }) end)
  assert(got1:join(0.001) == nil and got2:join(0.001) == nil, "receives from an empty channel wait")
  ch:send(7)
  ch:send(7)
  assert(got1:join() == 7 and got2:join() == 7)
  assert(not select(2, ch:try_recv()) and select { { recv = ch }, default = true } == 0)

  -- Full: a send waits, the forms that do not wait say so.
  for i = 1, cap do ch:send(i) end
  assert(ch:len() == cap and ch:cap() == cap)
  assert(not ch:try_send(0) and select { { send = ch, value = 0 }, default = true } == 0)
  local sent = go.task(function() return ch:send(0) end)
  assert(sent:join(0.001) == nil, "a send to a full channel waits")
  for i = 1, cap do assert(ch:recv() == i, "first in, first out") end
  assert(ch:recv() == 0 and sent:join())

  -- Closed: the rest comes in order, then nothing, for ever.
  ch = chan(cap)
  for i = 1, cap do ch:send(i) end
  ch:close()
  for i = 1, cap do
    local v, ok = ch:recv()
    assert(v == i and ok)
  end
  for _ = 1, 2 do
    local v, ok, why = ch:recv()
    assert(v == nil and ok == false and why == "closed")
    v, ok, why = ch:try_recv()
    assert(v == nil and ok == false and why == "closed")
  end

  -- Closing wakes who waits.
  ch = chan(cap)
  local woken = go.task(function() return select(2, ch:recv()) end)
  assert(woken:join(0.001) == nil)
  ch:close()
  assert(woken:join() == false)

  one_receiver_per_sender(cap)
end
print "0 to 20" --> expect: 0 to 20
