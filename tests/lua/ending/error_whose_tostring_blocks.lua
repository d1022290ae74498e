-- The bug: the text of an error object was made where nothing could wait.
go(function()
  error(setmetatable({}, { __tostring = function()
    go.sleep(0.001)
    local ch = chan()
    go(function() ch:send "made while waiting" end)
    return (ch:recv())
  end }))
end)
chan():recv(30)
--> expect exit: 2
--> expect error: made while waiting
