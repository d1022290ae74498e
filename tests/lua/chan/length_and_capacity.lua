local ch = chan(3)
print(#ch, ch:len(), ch:cap()) --> expect: 0	0	3
ch:send("a")
ch:send("b")
print(#ch, ch:len(), ch:cap()) --> expect: 2	2	3
ch:recv()
print(#ch)                      --> expect: 1
print(#chan(), chan():cap(), chan(0):cap()) --> expect: 0	0	0
