-- T87 TestDo, TestDoErr, TestDoDupSuppress of singleflight: callers at the same time share one call
-- and what it gives.
local sf = go.sync.singleflight()
print((sf:call("key", function() return "bar" end))) --> expect: bar
local ok, err = pcall(sf.call, sf, "key", function() error("some error", 0) end)
print(ok, tostring(err):match "[%a ]+")               --> expect: false	some error

local calls, started, gate, wg = go.sync.atomic(0), chan(10), chan(), go.sync.waitgroup()
local got = chan(10)
for _ = 1, 10 do
  wg:go(function()
    started:send(true)
    got:send((sf:call("slow", function()
      calls:add(1)
      gate:recv()
      return "shared"
    end)))
  end)
end
for _ = 1, 10 do started:recv() end
gate:close()
wg:wait()
for _ = 1, 10 do assert(got:recv() == "shared") end
local n = calls:load()
assert(n >= 1 and n <= 10)
-- Different keys do not wait for each other.
print((sf:call("a", function()
  return (sf:call("b", function() return "nested" end))
end))) --> expect: nested
