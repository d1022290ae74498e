local sf, inside, gate = go.sync.singleflight(), chan(), chan()
local leader = go.task(function()
  return sf:call("k", function()
    inside:close()
    gate:recv()
    return "old"
  end)
end)
inside:recv()
sf:forget("k")
print(sf:call("k", function() return "new" end)) --> expect: new
gate:close()
print(leader:join())                             --> expect: old
