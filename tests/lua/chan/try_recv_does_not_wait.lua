local ch = chan(1)
print(ch:try_recv()) --> expect: nil	false	empty
ch:send(nil)
print(ch:try_recv()) --> expect: nil	true
ch:close()
print(ch:try_recv()) --> expect: nil	false	closed
