go(function()
  error(setmetatable({}, { __tostring = function() return "shown by __tostring" end }))
end)
chan():recv(30)
--> expect exit: 2
--> expect error: shown by __tostring
