-- When little is left of its CPU time, a goroutine looks at the clock itself, so that it is ended in time on a busy machine, too:
-- here nobody ever interrupts it.
--> env: LAGOON_DEBUG=preempt=off
local limits = go.limits { cpu = 0.004 }
local function loop() while true do end end
local function in_a_coroutine() coroutine.wrap(loop)() end
local function after_a_rest()
  go.sleep(0.001)
  loop()
end
for _, f in ipairs { loop, in_a_coroutine, after_a_rest } do
  print(go.task(limits, f):result()) --> expect: false	cpu limit exceeded (0.004 s)
end
--> expect: false	cpu limit exceeded (0.004 s)
--> expect: false	cpu limit exceeded (0.004 s)
