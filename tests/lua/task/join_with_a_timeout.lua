local gate = chan()
local t = go.task(function() return (gate:recv()) end)
print(t:join(0.01)) --> expect: nil	timeout
print(t:join(0))    --> expect: nil	timeout
gate:send("late")
print(t:join(10))   --> expect: late
print(t:join(0))    --> expect: late
