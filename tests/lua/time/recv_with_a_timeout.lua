local t = go.time.timer(1000)
print(t:recv(0.01))       --> expect: nil	false	timeout
print(t:try_recv())       --> expect: nil	false	empty
t:reset(0)
print(select("#", t:recv()), t:stop()) --> expect: 2	false
