local blocked = dofile("../support/blocked.lua")
local sf, inside, gate = go.sync.singleflight(), chan(), chan()
local leader = go.task(function()
  sf:call("k", function()
    inside:close()
    gate:recv()
    error("from the leader", 0)
  end)
end)
inside:recv()
local follower = go.task(function()
  go.name "follower"
  return sf:call("k", function() return "ran itself" end)
end)
blocked("follower", "join")
gate:close()
print(leader:result())     --> expect: false	from the leader
print(follower:result())   --> expect: false	from the leader
print(sf:call("k", function() return "ran again" end)) --> expect: ran again
