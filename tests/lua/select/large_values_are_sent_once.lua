-- A value that is not sent is dropped, one that is sent arrives whole.
local a, b, text = chan(1), chan(1), ("x"):rep(10000)
for _ = 1, 100 do
  local i = select { { send = a, value = { text } }, { send = b, value = { text } } }
  local from = i == 1 and a or b
  assert(from:recv()[1] == text and #a == 0 and #b == 0)
end
print "whole" --> expect: whole
