local bg, ch = go.context.background(), chan(1)
ch:send("v")
print(select { { recv = bg }, { recv = ch } })                      --> expect: 2	v	true
print((select { { recv = bg }, default = true }))                   --> expect: 0
print((select { { recv = go.context.without_cancel(bg) }, { after = 0 } })) --> expect: 2
