-- A limit may end the goroutine that asks the resolver for others: those ask anew, once, and are not limited by it.
local net = require "go.net"
local COUNT, questions = 20, 0

-- Until one asks and n others wait for its answer; false: all have theirs.
local function until_waiting(n)
  local asking, waiting
  repeat
    go.sleep(0.001)
    if go.runtime.goroutines() == 1 then return false end
    local stacks = go.runtime.stacks()
    asking = select(2, stacks:gsub("%[syscall[^\n]*%]:", ""))
    waiting = select(2, stacks:gsub("%[join[^\n]*%]:\n\t[^\n]*'call'", ""))
  until asking == 1 and waiting == n
  return true
end

for _, limits in ipairs { go.limits { cpu = 0.1 }, go.limits { memory = 4 << 20 } } do
  local over = chan()
  local limited = go.task(limits, function()
    go(net.lookup, "gate.invalid")
    over:recv()
    local much = {}
    while true do much[#much % 1e6 + 1] = {} end
  end)
  until_waiting(0)
  local tasks = {}
  for i = 1, COUNT do tasks[i] = go.task(net.lookup, "gate.invalid") end
  until_waiting(COUNT)
  over:close()
  local ok, message = limited:result()
  assert(not ok and message:find "limit exceeded", message)
  -- The answer may overtake the end of who asked for it; then it is everybody's.
  for _ = 1, 2 do
    net.lookup "open.invalid"
    questions = questions + 1
    if not until_waiting(COUNT - 1) then break end
  end
  for _, task in ipairs(tasks) do
    local _, hosts, why = task:result()
    assert(hosts and hosts[1] == "127.0.0." .. questions, why or hosts[1])
  end
end

-- Nor do they keep what the look-ups of all share: more than may ask at a time.
local tasks = {}
for i = 1, 70 do
  tasks[i] = go.task(go.limits { wall = 0.15 }, net.lookup, i .. ".slow.invalid")
end
for _, task in ipairs(tasks) do task:result() end
local hosts, message = net.lookup("two.invalid", { timeout = 20 })
assert(hosts and hosts[1] == "127.0.0.1", message)
print "ok" --> expect: ok
