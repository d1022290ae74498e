local t, out = go.time.timer(0.01), chan(3)
local tasks = {}
for i = 1, 3 do
  tasks[i] = go.task(function()
    select { { recv = t } }
    out:send(i)
  end)
end
out:recv()
print(out:recv(0.03)) --> expect: nil	false	timeout
for i = 1, 3 do
  tasks[i]:kill()
  tasks[i]:result()
end
