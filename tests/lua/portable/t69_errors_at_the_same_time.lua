-- T69 TestPanicRace: several goroutines fail at once: the program ends, with one of the errors and
-- status 2.
local gate = chan()
for i = 1, 10 do
  go(function()
    gate:recv()
    error("failure number " .. i)
  end)
end
gate:close()
chan():recv(30)
--> expect exit: 2
--> expect error: failure number
