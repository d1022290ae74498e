local ch = chan(1)
ch:send(5)
print(select("#", select { { recv = ch, function() end } })) --> expect: 0
