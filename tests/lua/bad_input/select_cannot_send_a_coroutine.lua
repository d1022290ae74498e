package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local ch = chan(1)
raises({ "cannot copy", "thread" }, function()
  select { { send = ch, value = { co = coroutine.create(print) } } }
end)
print(#ch) --> expect: 0
