-- T84 TestLayersCancel, TestLayersTimeout, TestValues, TestInvalidDerivedFail,
-- TestWithValueChecksKey, TestContextErrDoneRace: thirty random layers, seen at every level.
local context = go.context
for seed = 1, 40 do
  math.randomseed(seed)
  local by_timeout = seed % 2 == 0
  local ctx = context.background()
  local values, cancelable = {}, {}
  for layer = 1, 30 do
    local kind = math.random(3)
    if kind == 1 then
      values["k" .. layer % 10] = layer
      ctx = context.with_value(ctx, "k" .. layer % 10, layer)
    elseif kind == 2 then
      ctx = context.with_cancel(ctx)
      cancelable[#cancelable + 1] = ctx
    else
      ctx = context.with_timeout(ctx, by_timeout and 0.005 or 1000)
      cancelable[#cancelable + 1] = ctx
    end
  end
  ctx = context.with_timeout(ctx, by_timeout and 0.005 or 1000)
  for k, v in pairs(values) do assert(ctx:value(k) == v) end
  assert(ctx:value "none" == nil)
  if by_timeout then
    select { { recv = ctx } }
    assert(tostring(ctx:err()) == "context deadline exceeded")
  else
    assert(ctx:err() == nil)
    if #cancelable > 0 then
      cancelable[math.random(#cancelable)]:cancel()
      assert(tostring(ctx:err()) == "context canceled")
      assert(select { { recv = ctx }, default = true } == 1)
    end
    ctx:cancel()
  end
  for k, v in pairs(values) do assert(ctx:value(k) == v, "values outlive the end") end
end

local function raises(want, f)
  local ok, err = pcall(f)
  assert(not ok and tostring(err):find(want, 1, true), want)
end
raises("cannot create context from nil parent", function() context.with_cancel(nil) end)
raises("cannot create context from nil parent", function() context.with_timeout(nil, 1) end)
raises("cannot create context from nil parent", function() context.with_deadline(nil, go.time.now()) end)
raises("cannot create context from nil parent", function() context.with_value(nil, "k", 1) end)
raises("nil key", function() context.with_value(context.background(), nil, 1) end)

-- Where err says it has ended, it can be received at once.
for _ = 1, 50 do
  local ctx = context.with_cancel(context.background())
  go(function() ctx:cancel() end)
  while ctx:err() == nil do go.yield() end
  assert(select { { recv = ctx }, default = true } == 1)
end
print "layered" --> expect: layered
