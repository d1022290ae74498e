-- Thousands park, with stacks cut to what they need, and end; their coroutines start others, and describe errors.
local gate, up = chan(), go.sync.waitgroup()
for round = 1, 2 do
  up:add(5000)
  local done = go.sync.waitgroup()
  for _ = 1, 5000 do
    done:go(function() up:done() gate:recv() end)
  end
  up:wait()
  collectgarbage()
  for _ = 1, 5000 do gate:send(true) end
  done:wait()
  local failing = setmetatable({}, { __tostring = function(t)
    return table.concat({ "round", select(2, string.find(("x"):rep(round), "x*")) }, " ")
  end })
  local ok, message = go.task(function() error(failing) end):result()
  print(ok, tostring(message))
end
--> expect: false	round 1
--> expect: false	round 2
