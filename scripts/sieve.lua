-- Prime numbers, found by a chain of goroutines that grows while it works.
--
-- The first goroutine counts: 2, 3, 4, ...  Whatever comes out of the chain first is a prime; a new
-- filter that drops its multiples is then put at the end.
local function count(out)
  for n = 2, math.maxinteger do
    out:send(n)
  end
end

local function filter(from, to, prime)
  for n in from do
    if n % prime ~= 0 then to:send(n) end
  end
end

local numbers = chan()
go(count, numbers)

for _ = 1, 10 do
  local prime = numbers:recv()
  print(prime)
  local rest = chan()
  go(filter, numbers, rest, prime)
  numbers = rest
end

-- The goroutines count and filter for ever; the program ends all the same when main does.

--> expect: 2
--> expect: 3
--> expect: 5
--> expect: 7
--> expect: 11
--> expect: 13
--> expect: 17
--> expect: 19
--> expect: 23
--> expect: 29
