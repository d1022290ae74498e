-- A pipeline: each stage is a goroutine that reads from one channel and writes to the next.
--
-- A stage that has read everything closes its output, and so the end of the work travels down the
-- pipe by itself: `local out <close>` closes the channel when the function ends, however it ends.
local function stage(work)
  return function(input)
    local output = chan(4)
    go(function()
      local out <close> = output
      for value in input do
        work(value, out)
      end
    end)
    return output
  end
end

local words = stage(function(line, out)
  for word in line:gmatch("%a+") do out:send(word) end
end)
local long_ones = stage(function(word, out)
  if #word > 4 then out:send(word) end
end)
local loud = stage(function(word, out)
  out:send(word:upper() .. "!")
end)

local lines = chan()
go(function()
  lines:send("every goroutine does one small thing")
  lines:send("and hands the rest down the river")
  lines:close()
end)

for word in loud(long_ones(words(lines))) do
  print(word)
end

--> expect: EVERY!
--> expect: GOROUTINE!
--> expect: SMALL!
--> expect: THING!
--> expect: HANDS!
--> expect: RIVER!
