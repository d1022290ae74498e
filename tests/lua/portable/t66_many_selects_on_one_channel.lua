-- T66 chanlinear.go: taking one of many waiting selects out of a channel's queue costs the same
-- however many there are.
local function run(n)
  local common, wg = chan(), go.sync.waitgroup()
  for _ = 1, n do
    wg:go(function()
      local mine = chan(1)
      for _ = 1, 5 do
        mine:try_send(1)
        select { { recv = common }, { recv = mine } }
      end
      select { { recv = common }, { recv = chan() } }
    end)
  end
  local began = os.clock() -- processor time: the machine may be busy
  for _ = 1, n do common:send(1) end
  common:close()
  wg:wait()
  return os.clock() - began
end
local function best(n) return math.min(run(n), run(n)) end
local few, many = best(200), best(6400)  -- 32 times as many; quadratic cost would be 1,000 times as much
assert(many < 0.5 or many < 250 * few, ("%g s for 200, %g s for 6400"):format(few, many))
print "linear" --> expect: linear
