-- A goroutine is a function that runs at the same time as the rest of your program.  You start one
-- with go(f).
--
-- A channel connects goroutines: one sends a value into it, another receives it.  Receiving waits
-- until something arrives, so main cannot be done before the greeting is.
local greetings = chan()

go(function()
  greetings:send("hello from a goroutine")
end)

print((greetings:recv()))
print("hello from main")

--> expect: hello from a goroutine
--> expect: hello from main
