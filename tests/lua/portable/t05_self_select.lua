-- T5 TestSelfSelect: two goroutines, each ready to send and to receive on the same channel in one
-- select.  Unbuffered, nobody may get what it sent itself.
for _, cap in ipairs { 0, 10 } do
  local ch, wg = chan(cap), go.sync.waitgroup()
  for me = 1, 2 do
    wg:go(function()
      local function received(v)
        assert(cap > 0 or v ~= me, "received its own value")
      end
      for i = 1, 1000 do
        if me == 1 or i % 2 == 0 then
          select { { send = ch, value = me }, { recv = ch, received } }
        else
          select { { recv = ch, received }, { send = ch, value = me } }
        end
      end
    end)
  end
  wg:wait()
end
print "2 x 1000 rounds" --> expect: 2 x 1000 rounds
