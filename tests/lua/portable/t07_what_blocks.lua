-- T7 select3.go: the table of what must wait, must not wait, must raise.  A channel that is not
-- there (Go's nil channel) is `false` in a select.
local count = 0
local function must_block(what, f)
  local t = go.task(f)
  assert(t:join(0.01) == nil and select(2, t:join(0)) == "timeout", what .. " should wait")
  t:kill()
  t:result()
  count = count + 1
end
local function must_not_block(what, f)
  local t = go.task(function()
    f()
    return "ended"
  end)
  assert(t:join(20) == "ended", what .. " should not wait")
  count = count + 1
end
local function must_raise(what, want, f)
  local ok, err = go.task(f):result()
  assert(not ok and tostring(err):find(want, 1, true), what .. " should raise")
  count = count + 1
end
local function closed(cap)
  local ch = chan(cap)
  ch:close()
  return ch
end
local function full(cap)
  local ch = chan(cap)
  for i = 1, cap do ch:send(i) end
  return ch
end

must_block("receive, no channel", function() select { { recv = false } } end)
must_block("send, no channel", function() select { { send = false, value = 1 } } end)
must_not_block("default, no channel", function()
  select { { recv = false }, { send = false }, default = true }
end)
must_block("receive, empty", function() chan():recv() end)
must_block("receive, empty with room", function() chan(10):recv() end)
must_block("send, nobody there", function() chan():send(1) end)
must_block("send, full", function() full(10):send(1) end)
must_not_block("send, room", function() chan(10):send(1) end)
must_not_block("receive, value there", function() full(10):recv() end)
must_not_block("receive, closed", function() closed(0):recv() end)
must_not_block("receive, closed with room", function() closed(10):recv() end)
must_raise("send, closed", "send on closed channel", function() closed(0):send(1) end)
must_raise("send, closed with room", "send on closed channel", function() closed(10):send(1) end)
must_raise("close, closed", "close of closed channel", function() closed(0):close() end)
must_block("select without cases", function() select {} end)
must_not_block("select with default only", function() select { default = true } end)
must_block("select receive, empty", function() select { { recv = chan() } } end)
must_block("select send, full", function() select { { send = full(1), value = 1 } } end)
must_not_block("select receive, empty, default", function()
  select { { recv = chan() }, default = true }
end)
must_not_block("select send, full, default", function()
  select { { send = full(1), value = 1 }, default = true }
end)
must_not_block("select receive, closed", function() select { { recv = closed(0) } } end)
must_raise("select send, closed", "send on closed channel", function()
  select { { send = closed(1), value = 1 } }
end)
must_block("select with itself", function()
  local ch = chan()
  select { { send = ch, value = 1 }, { recv = ch } }
end)
must_not_block("select with itself, room", function()
  local ch = chan(10)
  select { { send = ch, value = 1 }, { recv = ch } }
end)
print(count) --> expect: 24
