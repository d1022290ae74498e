-- A goroutine that has used none of its globals shares them: whichever of the two uses one first, both see it.
x = 1
function inc()
  x = x + 1
  return x
end
local here, collect = go.here, collectgarbage
local c = chan()
local function child_first()
  here(function()
    x = 7
    collect()
    c:send(inc())
  end)
  local got = c:recv()
  collect()
  return got .. " " .. inc()
end
local function creator_first()
  here(function()
    c:recv()
    collect()
    c:send(inc())
  end)
  x = 20
  collect()
  c:send(true)
  return c:recv() .. " " .. x
end
local function all_give(f, wanted)
  for _ = 1, 8 do
    local got = go.task(f):join()
    if got ~= wanted then return got end
  end
  return wanted
end
print(all_give(child_first, "8 9"))
--> expect: 8 9
print(all_give(creator_first, "21 21"))
--> expect: 21 21
print(x)
--> expect: 1
