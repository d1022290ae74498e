-- T2 TestSelectStress: four channels; plain senders and receivers, one goroutine that selects over
-- four sends and one that selects over four receives, each channel disabled when it has had its
-- share.
local share = 500
local channels = { chan(), chan(), chan(2), chan(3) }
local carried = {}
for i = 1, 4 do carried[i] = go.sync.atomic(0) end
local wg = go.sync.waitgroup()

for i = 1, 4 do
  wg:go(function()
    for _ = 1, share do channels[i]:send(i) end
  end)
  wg:go(function()
    for _ = 1, share do
      assert(channels[i]:recv() == i)
      carried[i]:add(1)
    end
  end)
end
wg:go(function()
  local cases, sent = {}, { 0, 0, 0, 0 }
  for i = 1, 4 do cases[i] = { send = channels[i], value = i } end
  for _ = 1, 4 * share do
    local i = select(cases)
    sent[i] = sent[i] + 1
    if sent[i] == share then cases[i].send = false end
  end
end)
wg:go(function()
  local cases, received = {}, { 0, 0, 0, 0 }
  for i = 1, 4 do cases[i] = { recv = channels[i] } end
  for _ = 1, 4 * share do
    local i, v, ok = select(cases)
    assert(v == i and ok)
    carried[i]:add(1)
    received[i] = received[i] + 1
    if received[i] == share then cases[i].recv = false end
  end
end)
wg:wait()
for i = 1, 4 do assert(carried[i]:load() == 2 * share) end
print "each channel carried its share twice" --> expect: each channel carried its share twice
