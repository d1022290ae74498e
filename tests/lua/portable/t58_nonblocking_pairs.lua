-- T58 nonblock.go: sends and receives that do not wait succeed in the end against a peer that
-- waits.
local samples = { 123, 1.5, true, "text", { "table" } }
local function same(a, b)
  return a == b or type(a) == "table" and type(b) == "table" and a[1] == b[1]
end
local count = 0
for _, cap in ipairs { 0, 1 } do
  for _, value in ipairs(samples) do
    -- The peer sends, we try to receive.
    local ch = chan(cap)
    go(function() ch:send(value) end)
    local got, ok
    repeat
      got, ok = ch:try_recv()
      if not ok then go.yield() end
    until ok
    assert(same(got, value))

    -- The peer receives, we try to send.
    local receiver = go.task(function() return (ch:recv()) end)
    while not ch:try_send(value) do go.yield() end
    assert(same(receiver:join(), value))

    -- The same with select and default.
    receiver = go.task(function() return (ch:recv()) end)
    while select { { send = ch, value = value }, default = true } == 0 do go.yield() end
    assert(same(receiver:join(), value))
    count = count + 1
  end
end
print(count) --> expect: 10
