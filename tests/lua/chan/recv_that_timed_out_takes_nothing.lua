local ch = chan()
ch:recv(0.01)
print(ch:try_send("lost")) --> expect: false
