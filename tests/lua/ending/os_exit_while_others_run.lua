local started = chan(3)
for _ = 1, 3 do
  go(function()
    started:send(true)
    while true do end
  end)
end
for _ = 1, 3 do started:recv() end
os.exit(4, true)
--> expect exit: 4
