local out = chan(4)
for _, s in ipairs { 0.2, 0.01, 0.3, 0.1 } do
  local timer = go.time.timer(s)
  go(function()
    select { { recv = timer } }
    out:send(s)
  end)
end
for _ = 1, 4 do print((out:recv())) end
--> expect: 0.01
--> expect: 0.1
--> expect: 0.2
--> expect: 0.3
