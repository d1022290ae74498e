-- The end cuts a line, a count and a number short; only nothing at all is a failure.
package.path = "../?.lua;" .. package.path
local connected = require "support.connected"
for _, case in ipairs { { "no newline", "l" }, { "abc", 10 }, { "42", "n" }, { "  7", "n" } } do
  local a, b = connected()
  a:write(case[1])
  a:close()
  print(b:read(case[2]))
  print(select(3, b:read(case[2])))
  b:close()
end
--> expect: no newline
--> expect: eof
--> expect: abc
--> expect: eof
--> expect: 42
--> expect: eof
--> expect: 7
--> expect: eof
