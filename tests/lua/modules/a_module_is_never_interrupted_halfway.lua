-- While a function of a module runs, no other goroutine of that state does: its two fields always
-- agree.
local gate, out = chan(), chan()
for _ = 1, 8 do
  go(function()
    local ledger = require "ledger"
    gate:recv()
    for _ = 1, 200 do ledger.move(1) end
    out:send(ledger.balanced())
  end)
end
gate:close()
local balanced = 0
for _ = 1, 8 do balanced = balanced + (out:recv() and 1 or 0) end
print(balanced) --> expect: 8
