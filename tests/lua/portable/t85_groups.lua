-- T85 TestZeroGroup, TestWithContext, TestGoLimit of errgroup: the first error wins, the rest is
-- cancelled, the limit holds.
for _, case in ipairs {
  { errors = {}, want = nil },
  { errors = { false }, want = nil },
  { errors = { "one" }, want = "one" },
  { errors = { false, "one" }, want = "one" },
  { errors = { "one", false, "two" }, want = "one" },
} do
  local g, failed = go.group(), false
  for _, text in ipairs(case.errors) do
    g:go(function(later)
      if later then pcall(function() chan():recv() end) end -- until the first error cancels it
      if text then error(text, 0) end
    end, failed)
    failed = failed or text ~= false
  end
  local ok, err = pcall(g.wait, g)
  assert(ok == (case.want == nil))
  if case.want then assert(tostring(err):match "^%a+" == case.want, tostring(err)) end
end

local g, running = go.group(), go.sync.atomic(0)
g:limit(10)
for _ = 1, 100 do
  g:go(function()
    local n = running:add(1)
    assert(n <= 10, "more than the limit run at once")
    go.yield()
    running:add(-1)
  end)
end
print(g:wait()) --> expect: true
