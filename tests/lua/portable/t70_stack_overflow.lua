-- T70 TestStackOverflow: endless recursion in a goroutine is an error, not a crash.
go(function()
  local function forever(n) return 1 + forever(n + 1) end
  forever(1)
end)
chan():recv(30)
--> expect exit: 2
--> expect error: stack overflow
