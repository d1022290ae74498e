-- T38 TestOnce, TestOncePanic: once for all goroutines; whoever comes meanwhile sees it done; a
-- failure counts.
local once, n, wg = go.sync.once(), go.sync.atomic(0), go.sync.waitgroup()
for _ = 1, 10 do
  wg:go(function()
    once:call(function()
      go.yield()
      n:add(1)
    end)
    assert(n:load() == 1, "returns only when it is done")
  end)
end
wg:wait()
print(n:load()) --> expect: 1
local failing, calls = go.sync.once(), go.sync.atomic(0)
local ok = pcall(failing.call, failing, function()
  calls:add(1)
  error "failed"
end)
pcall(failing.call, failing, function() calls:add(1) end)
print(ok, calls:load()) --> expect: false	1
