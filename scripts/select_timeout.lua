-- select waits for several things at once and goes on with the one that comes first.
local function slow_answer(after)
  local out = chan(1) -- room for the answer, so its sender can leave even if nobody waits any more
  go(function()
    go.sleep(after)
    out:send("the answer is 42")
  end)
  return out
end

local function ask(out, patience)
  return select {
    { recv = out, function(answer) return answer end },
    { after = patience, function() return "no answer in time" end },
  }
end

print(ask(slow_answer(0), 10))
print(ask(slow_answer(10), 0.02))

-- With a default, select does not wait at all: it looks.
local quiet = chan()
print(select {
  { recv = quiet, function(word) return "heard " .. word end },
  default = function() return "heard nothing" end,
})

--> expect: the answer is 42
--> expect: no answer in time
--> expect: heard nothing
