-- (Go: TestReadWriteDeadlineRace, TestConcurrentSetDeadline)  Deadlines move while calls run.
package.path = "../?.lua;" .. package.path
local a, b = require "support.connected"()
local calls, movers, stop = go.sync.waitgroup(), go.sync.waitgroup(), go.sync.atomic(0)
for _, conn in ipairs { a, b } do
  movers:go(function()
    while stop:load() == 0 do
      conn:set_read_deadline(math.random() * 1e-4)
      conn:set_write_deadline(math.random() * 1e-4)
      go.sleep(math.random() * 2e-4)
    end
  end)
  calls:go(function()
    for _ = 1, 300 do
      local v, _, code = conn:read(1)
      assert(v or code == "timeout", code)
    end
  end)
  calls:go(function()
    for _ = 1, 300 do
      local v, _, code, written = conn:write "x"
      assert(v or code == "timeout" and written == 0, code)
    end
  end)
end
calls:wait()
stop:store(1)
movers:wait()
a:set_deadline(nil)
b:set_deadline(nil)
a:write "the end\n"
assert(b:read():find "the end$")
print "ok" --> expect: ok
