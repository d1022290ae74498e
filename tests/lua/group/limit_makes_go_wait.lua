local gate, started = chan(), chan(1)
local g = go.group()
g:limit(1)
g:go(function() gate:recv() end)
local t = go.task(function()
  g:go(function() end)
  started:send(true)
end)
print(started:recv(0.05)) --> expect: nil	false	timeout
gate:close()
print(started:recv())     --> expect: true	true
t:join()
print(g:wait())           --> expect: true
