-- T59 sieve2.go: the composites of each prime are a channel; a heap of channels merges them, and
-- what is missing is prime.
local function composites_of(prime)
  local out = chan(2)
  go(function()
    for n = prime * prime, math.maxinteger, prime do out:send(n) end
  end)
  return { head = prime * prime, rest = out }
end

local heap = {}
local function sift_up(i)
  while i > 1 and heap[i].head < heap[i // 2].head do
    heap[i], heap[i // 2] = heap[i // 2], heap[i]
    i = i // 2
  end
end
local function sift_down(i)
  while true do
    local least = i
    for child = 2 * i, 2 * i + 1 do
      if heap[child] and heap[child].head < heap[least].head then least = child end
    end
    if least == i then return end
    heap[i], heap[least] = heap[least], heap[i]
    i = least
  end
end
local function push(stream)
  stream.rest:recv() -- its head
  heap[#heap + 1] = stream
  sift_up(#heap)
end

local primes, n = {}, 2
while n < 100 do
  if heap[1] and heap[1].head == n then
    while heap[1].head == n do
      heap[1].head = heap[1].rest:recv()
      sift_down(1)
    end
  else
    primes[#primes + 1] = n
    push(composites_of(n))
  end
  n = n + 1
end
print(table.concat(primes, " "))
--> expect: 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97
