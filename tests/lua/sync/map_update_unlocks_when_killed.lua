local m, inside = go.sync.map(), chan()
m:set("k", "old")
local t = go.task(function()
  m:update("k", function()
    inside:close()
    chan():recv()
  end)
end)
inside:recv()
t:kill()
t:result()
print(m:get("k"))                                  --> expect: old
print(m:update("k", function(v) return v .. "er" end)) --> expect: older
