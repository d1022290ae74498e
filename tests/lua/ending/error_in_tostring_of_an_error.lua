go(function()
  error(setmetatable({}, { __tostring = function() error "twice" end }))
end)
chan():recv(30)
--> expect exit: 2
--> expect error: created by goroutine 1
