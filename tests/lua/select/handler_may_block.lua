local ch, reply = chan(), chan()
go(function()
  ch:send("question")
  reply:send("answer")
end)
print(select { { recv = ch, function(v) return v, (reply:recv()) end } }) --> expect: question	answer
