local ch, t = chan(1), { n = 1 }
select { { send = ch, value = t } }
t.n = 2
print(ch:recv().n) --> expect: 1
