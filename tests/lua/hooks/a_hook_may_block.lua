-- A debugger that waits for a command at each line: the others run meanwhile.
local commands, answers = chan(), chan(100)
local steps = 0
go.here(function()
  for i = 1, 4 do
    steps = steps + 1
    commands:send "step"
  end
end)
local co = coroutine.create(load([[
  local x = 1
  local y = 2
  local z = 3
  return x + y + z
]], "=work"))
debug.sethook(co, function(_, line)
  answers:send(commands:recv() .. " at " .. line)
end, "l")
print(coroutine.resume(co))
answers:close()
for answer in answers do print(answer) end
print(steps)

--> expect: true	6
--> expect: step at 1
--> expect: step at 2
--> expect: step at 3
--> expect: step at 4
--> expect: 4
