-- lua-cjson calls nobody back and cannot be interrupted, so a large text holds the goroutine's worker state until it is
-- read or written; goroutines of other states start and go on meanwhile, with one processor, too.
--> env: LAGOON_DEBUG=place=fresh
local json = require "cjson"
local at_work, went_on = go.sync.atomic(0), go.sync.atomic(0)

local function beside(call, ...)
  local work = go.task(function(...)
    local values = {}
    for i = 1, 500000 do values[i] = i end
    local text = json.encode(values)
    at_work:store(1)
    call(values, text)
    at_work:store(0)
  end)
  while at_work:load() == 0 do go.sleep(0.001) end
  repeat
    go.task(function() if at_work:load() == 1 then went_on:add(1) end end):join()
    go.sleep(0.001)
  until at_work:load() == 0
  work:join()
  local n = went_on:swap(0)
  return n > 0
end
-- Many times over, until a call lasts longer than a slice even on a fast machine.
print(beside(function(values) for _ = 1, 5 do json.encode(values) end end)) --> expect: true
print(beside(function(_, text) for _ = 1, 5 do json.decode(text) end end))  --> expect: true
