-- T18 TestPseudoRandomSend: two sends to one channel in a select: both are chosen often.
for _, cap in ipairs { 0, 100 } do
  local ch, n = chan(cap), 500
  local zeros = go.task(function()
    local zeros = 0
    for _ = 1, n do
      if ch:recv() == 0 then zeros = zeros + 1 end
    end
    return zeros
  end)
  for _ = 1, n do select { { send = ch, value = 0 }, { send = ch, value = 1 } } end
  local count = zeros:join()
  assert(count > n / 10 and count < n - n / 10, count)
end
print "both" --> expect: both
