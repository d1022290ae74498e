-- A module with a state of its own, for the test beside it.
local ledger = {}
local left, right = 0, 0

function ledger.move(n)
  local l, r = left, right
  for _ = 1, 1000 do r = r end -- long enough to be sliced now and then
  assert(l == -r, "another goroutine was here")
  left, right = l - n, r + n
end

function ledger.balanced() return left == -right end

return ledger
