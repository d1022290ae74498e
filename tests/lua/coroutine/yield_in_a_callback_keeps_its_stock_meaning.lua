-- Blocking is legal there; the script's own yield is what it is in stock Lua.
local yielding = setmetatable({}, { __tostring = coroutine.yield, __index = coroutine.yield })
package.preload.yields = function() coroutine.yield() end
local ways = {
  function() table.sort({ 3, 2, 1 }, coroutine.yield) end,
  function() return (("x"):gsub("x", coroutine.yield)) end,
  function() return (("x"):gsub("x", yielding)) end,
  function() return tostring(yielding) end,
  function() print(1, yielding) end,
  function() return require "yields" end,
}
for _, way in ipairs(ways) do
  print(coroutine.resume(coroutine.create(way)))
end
--> expect: false	attempt to yield across a C-call boundary
--> expect: false	attempt to yield across a C-call boundary
--> expect: false	attempt to yield across a C-call boundary
--> expect: false	attempt to yield across a C-call boundary
--> expect: false	attempt to yield across a C-call boundary
--> expect: false	attempt to yield across a C-call boundary

-- Only there: not in a coroutine of the callback's, and not when the callback has returned or failed.
local co = coroutine.wrap(function()
  local inner = ("x"):gsub("x", function()
    local wrapped = coroutine.wrap(function() coroutine.yield(coroutine.isyieldable()) end)
    return tostring(coroutine.isyieldable()) .. " " .. tostring(wrapped())
  end)
  coroutine.yield(inner)
  for _, way in ipairs(ways) do pcall(way) end
  coroutine.yield(coroutine.isyieldable())
  return "end"
end)
print(co(), co(), co()) --> expect: false true	true	end
print(pcall(string.gsub, "x", "x", coroutine.yield)) --> expect: false	attempt to yield from outside a coroutine
