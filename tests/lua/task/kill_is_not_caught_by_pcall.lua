local started, out = chan(), chan(1)
local t = go.task(function()
  pcall(function()
    started:close()
    chan():recv()
  end)
  out:send("survived")
end)
started:recv()
t:kill()
print((t:result()))     --> expect: false
print(out:try_recv())   --> expect: nil	false	empty
