-- Where a yield is impossible a kill is an error; whatever catches it does not get far.
local started = chan(1)
local function fails() error "e" end
local t = go.task(function()
  table.sort({ 2, 1 }, function()
    started:try_send(true)
    while true do pcall(fails) end
  end)
  print "never"
end)
started:recv()
t:kill()
print(t:result())

--> expect: false	killed
