-- T20 TestYieldProgress, TestYieldLockedProgress: who yields in a loop lets the others through,
-- tied to a thread or not.
--> procs: 1
for _, locked in ipairs { false, true } do
  local stop, progressed = go.sync.atomic(0), chan()
  local t = go.task(function()
    if locked then go.runtime.lock_thread() end
    while stop:load() == 0 do go.yield() end
    return "seen"
  end)
  go(function() progressed:close() end)
  progressed:recv()
  stop:store(1)
  assert(t:join() == "seen")
end
print "progress" --> expect: progress
