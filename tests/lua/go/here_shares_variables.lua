local count, done = 0, chan()
for _ = 1, 3 do
  go.here(function()
    count = count + 1
    done:send(true)
  end)
end
for _ = 1, 3 do done:recv() end
print(count) --> expect: 3
