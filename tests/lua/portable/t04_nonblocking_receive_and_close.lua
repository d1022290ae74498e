-- T4 TestNonblockRecvRace: a value lies in the buffer while another goroutine closes the channel: a
-- receive that does not wait always finds one or the other.
for _ = 1, 1000 do
  local ch = chan(1)
  ch:send(1)
  go(function() ch:close() end)
  assert(select { { recv = ch }, default = true } == 1, "never the default")
  local _, ok, why = ch:try_recv()
  assert(ok == false and (why == "empty" or why == "closed"))
end
print "always ready" --> expect: always ready
