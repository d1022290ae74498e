-- Inside gsub, tostring, print and require no goroutine needs a thread while it waits: there are 4,096 at most.
local count = 10000
local inside, gate, done = chan(count), chan(), chan(count)

local function wait()
  inside:send(true)
  gate:recv()
  return "waited"
end
local object = setmetatable({}, { __tostring = wait })

package.preload.slow = function()
  gate:recv()
  return { text = "waited" }
end

local ways = {
  function() return (("x"):gsub("x", wait)) end,
  function() return (("x"):gsub("x", setmetatable({}, { __index = wait }))) end,
  function() return tostring(object) end,
  function()
    inside:send(true)
    return require("slow").text
  end,
  function() return coroutine.wrap(function() return (("x"):gsub(".", function() return tostring(object) end)) end)() end,
}
for i = 1, count do
  go(function(way) done:send(way()) end, ways[i % #ways + 1])
end
for _ = 1, count do inside:recv() end
gate:close()
local waited = 0
for _ = 1, count do waited = waited + (done:recv() == "waited" and 1 or 0) end
print(waited) --> expect: 10000
