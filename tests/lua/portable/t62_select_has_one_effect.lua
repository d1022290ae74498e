-- T62 select4.go, select7.go: the ready case happens, the others leave no trace; every form of send
-- meets every form of receive.
local called = {}
local function f(name)
  called[#called + 1] = name
  return chan(1)
end
local ready = chan(1)
ready:send(42)
local got
select {
  { recv = ready, function(v) got = v end },
  { recv = f "other" },
}
assert(got == 42 and #called == 1)

local function pass(ch) return ch end
local sends = {
  function(ch) ch:send(5) end,
  function(ch) select { { send = pass(ch), value = 5 } } end,
  function(ch) select { { send = ch, value = 5 }, { recv = chan() } } end,
  function(ch) assert(ch:send(5, 20)) end,
}
local receives = {
  function(ch) return (ch:recv()) end,
  function(ch) return (select { { recv = pass(ch), function(v) return v end } }) end,
  function(ch) return (select { { recv = chan() }, { recv = ch, function(v) return v end } }) end,
  function(ch) return (ch:recv(20)) end,
}
local count = 0
for _, send in ipairs(sends) do
  for _, receive in ipairs(receives) do
    local ch = chan()
    local t = go.task(receive, ch)
    send(ch)
    assert(t:join() == 5)
    count = count + 1
  end
end
print(count) --> expect: 16
