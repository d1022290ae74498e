-- A callback that a C module calls runs in the middle of that module.
local lpeg = require "lpeg"
local inside, mixed, out = 0, 0, chan()
local word = lpeg.Cmt(lpeg.R("az") ^ 1, function(_, at)
  inside = inside + 1
  for _ = 1, 50 do
    if inside ~= 1 then mixed = mixed + 1 end
  end
  inside = inside - 1
  return at
end)
local words = (word + 1) ^ 0
for _ = 1, 8 do
  go.here(function()
    for _ = 1, 10 do words:match("one two three") end
    out:send(true)
  end)
end
for _ = 1, 8 do out:recv() end
print(mixed)

--> expect: 0
