-- T59 sieve1.go: one filter for each prime.
local function generate(out)
  for n = 2, math.maxinteger do out:send(n) end
end
local function filter(from, to, prime)
  for n in from do
    if n % prime ~= 0 then to:send(n) end
  end
end
local numbers, primes = chan(), {}
go(generate, numbers)
for i = 1, 25 do
  primes[i] = numbers:recv()
  local rest = chan()
  go(filter, numbers, rest, primes[i])
  numbers = rest
end
print(table.concat(primes, " "))
--> expect: 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97
