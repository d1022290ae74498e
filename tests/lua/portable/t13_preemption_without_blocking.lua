-- T13 TestPreemption: goroutines that only look at a counter make progress although none ever
-- waits.
--> procs: 1
local turn, wg = go.sync.atomic(0), go.sync.waitgroup()
for me = 0, 2 do
  wg:go(function()
    for round = 0, 4 do
      while turn:load() ~= round * 3 + me do end
      turn:add(1)
    end
  end)
end
wg:wait()
print(turn:load()) --> expect: 15
