-- A global that changes between two starts of a function is seen by the second, whoever else starts the same.
function leaf() return base + 1 end
function inner() return leaf() end
local n, done = 40, chan(64)
for i = 1, n do
  base = i
  go(function(i)
    local out = chan(16)
    local function f(k) out:send(inner() * 1000 + k) end
    for k = 1, 12 do
      if k == 6 then function leaf() return base + 2 end end
      if k == 9 then base = base + 100 end
      go(f, k)
    end
    local seen = {}
    for k = 1, 12 do local v = out:recv() seen[v % 1000] = v // 1000 end
    for k = 1, 12 do
      local want = (k >= 9 and i + 100 or i) + (k >= 6 and 2 or 1)
      assert(seen[k] == want, ("%d: %s instead of %d"):format(k, seen[k], want))
    end
    done:send(true)
  end, i)
end
for i = 1, n do done:recv() end
print "ok"  --> expect: ok
