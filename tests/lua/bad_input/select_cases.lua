package.path = "../support/?.lua;" .. package.path
local raises = require "raises"
local ch = chan(1)
local function bad(want, ...)
  local cases = { ... }
  raises(want, function() select(cases) end)
end
bad({ "select", "1", "number" }, 5)
bad({ "select", "2", "string" }, { recv = ch }, "x")
bad({ "select", "1" }, {})
bad({ "select", "1", "recv", "number" }, { recv = 5 })
bad({ "select", "1", "recv", "table" }, { recv = {} })
bad({ "select", "2", "send", "string" }, { recv = ch }, { send = "x", value = 1 })
bad({ "select", "1" }, { recv = ch, send = ch })
bad({ "select", "1", "function", "string" }, { recv = ch, "handler" })
bad({ "select", "1", "after", "string" }, { after = "soon" })
bad({ "select", "1" }, { reciev = ch })
raises({ "select", "default", "number" }, function() select { default = 5 } end)
print(#ch) --> expect: 0
