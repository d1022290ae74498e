-- The bodies that a group or a wait group starts lie under functions of go.sync and go.group: those keep
-- their state from nobody.
--> env: LAGOON_DEBUG=place=one
--> procs: 1
local function take_turns(start)
  local turn = go.sync.atomic(0)
  for me = 0, 1 do
    start(function()
      for round = 0, 4 do
        while turn:load() ~= round * 2 + me do end
        turn:add(1)
      end
    end)
  end
  return turn
end
local wg = go.sync.waitgroup()
local turn = take_turns(function(f) wg:go(f) end)
wg:wait()
print(turn:load()) --> expect: 10

local group = go.group()
turn = take_turns(function(f) group:go(f) end)
group:wait()
print(turn:load()) --> expect: 10
