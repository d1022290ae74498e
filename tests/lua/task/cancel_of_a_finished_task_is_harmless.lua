local t = go.task(function() return 1 end)
t:join()
t:cancel()
t:kill()
print(t:join()) --> expect: 1
