-- T8 closedchan.go: every form of receive three times after the close, every form of send, a second
-- close.
local function raises(want, f)
  local ok, err = pcall(f)
  assert(not ok and tostring(err):find(want, 1, true), want)
end
local function check(ch, rest)
  local function nothing(v, ok) assert(v == nil and ok == false) end
  for _ = 1, 3 do
    local forms = {
      function() return ch:recv() end,
      function() return ch:recv(1) end,
      function() return ch:try_recv() end,
      function() return select(2, select { { recv = ch } }) end,
      function() return select(2, select { { recv = ch }, default = true }) end,
      function() return select(2, select { { recv = ch }, { recv = chan() }, { recv = false } }) end,
    }
    for _, form in ipairs(forms) do
      if #rest > 0 then
        local v, ok = form()
        assert(v == table.remove(rest, 1) and ok == true)
      else
        nothing(form())
      end
    end
  end
  for _ = 1, 2 do
    raises("send on closed channel", function() ch:send(1) end)
    raises("send on closed channel", function() ch:try_send(1) end)
    raises("send on closed channel", function() select { { send = ch, value = 1 } } end)
    raises("send on closed channel", function()
      select { { send = ch, value = 1 }, default = true }
    end)
    nothing(ch:recv()) -- what was refused is nowhere
  end
  raises("close of closed channel", function() ch:close() end)
end

local unbuffered = chan()
unbuffered:close()
check(unbuffered, {})
local buffered = chan(2)
buffered:close()
check(buffered, {})
local with_rest = chan(3)
for i = 1, 3 do with_rest:send(i) end
with_rest:close()
check(with_rest, { 1, 2, 3 })
print "checked" --> expect: checked
