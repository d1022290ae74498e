go(function()
  local c <close> = setmetatable({}, { __close = function() error "from close" end })
  error "from body"
end)
chan():recv(30)
--> expect exit: 2
--> expect error: from close
