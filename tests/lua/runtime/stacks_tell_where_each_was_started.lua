-- The place where a goroutine was started is right also where the last one was started by code that is gone, whose
-- memory the code of this one may have: that is likely for dumped functions of a size that is rare.
local function dumped(line)
  local code = "local started, gate, n = ... go(function() started:send(true) gate:recv() end)" .. (" n = 1"):rep(100)
  return string.dump(load(("\n"):rep(line - 1) .. code, "=chunk"))
end
local codes = {}
for line = 1, 20 do codes[line] = dumped(line) end

local function place_is_right(line)
  local started, gate = chan(), chan()
  load(codes[line])(started, gate)
  started:recv()
  local right = go.runtime.stacks():find(("created by goroutine 1 at chunk:%d\n"):format(line), 1, true)
  gate:close()
  return right ~= nil
end

local wrong = 0
for line = 1, 20 do
  if not place_is_right(line) then wrong = wrong + 1 end
  collectgarbage()
end
print(wrong) --> expect: 0
