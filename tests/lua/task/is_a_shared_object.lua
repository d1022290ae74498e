-- A task can be sent; whoever has it may join.
local out = chan()
local t = go.task(function() return "done" end)
go(function()
  local same = out:recv()
  out:send(same == t)
  out:send(same:join())
end)
out:send(t)
print((out:recv())) --> expect: true
print((out:recv())) --> expect: done
