local ch = chan(1)
ch:send(ch)
print((ch:recv()) == ch) --> expect: true
