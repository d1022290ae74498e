local ch = chan(1)
select { { send = ch, value = false } }
print(ch:recv()) --> expect: false	true
