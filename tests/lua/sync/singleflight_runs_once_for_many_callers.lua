package.path = "../support/?.lua;" .. package.path
local sf, calls, gate = go.sync.singleflight(), go.sync.atomic(0), chan()
local out, wg = chan(5), go.sync.waitgroup()
local started = chan(5)
for _ = 1, 5 do
  wg:go(function()
    out:send(sf:call("key", function()
      calls:add(1)
      started:send(true)
      gate:recv()
      return "value"
    end))
  end)
end
started:recv()
gate:close()
wg:wait()
for _ = 1, 5 do assert((out:recv()) == "value") end
print(calls:load() >= 1 and calls:load() <= 5) --> expect: true
