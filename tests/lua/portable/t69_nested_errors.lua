-- T69 TestPanicTraceback, TestRecursivePanic: of errors raised while others pass, the last one is
-- reported, with the place where the goroutine was started.
go(function()
  local function wrap(text)
    return setmetatable({}, { __close = function(_, err) error(text .. tostring(err), 0) end })
  end
  local a <close> = wrap "outer: "
  local b <close> = wrap "inner: "
  error("first", 0)
end)
chan():recv(30)
--> expect exit: 2
--> expect error: outer: inner: first
--> expect error: created by goroutine 1 at t69_nested_errors.lua:3
