-- A wait for a channel, in a loop, a receive or a send, ends by a close, a cancellation, a kill or a value, also when
-- garbage was collected meanwhile; and the channel serves others afterwards.
package.path = "../support/?.lua;" .. package.path
local blocked = require "blocked"

local function sorts(e) return type(e) == "string" and e:match "send on closed channel" or tostring(e) end

local function waits(reason, value, f)
  for _, how in ipairs { "close", "cancel", "kill", "pass" } do
    local ch, name, closed = chan(), reason .. how .. tostring(value), chan(1)
    local task = go.task(function()
      go.name(name)
      local guard <close> = setmetatable({}, { __close = function() closed:send(true) end })
      local deep = { {}, {}, {} }
      return #deep, select("#", f(ch))
    end)
    blocked(name, reason)
    collectgarbage()
    if how == "close" then ch:close() end
    if how == "cancel" then task:cancel() end
    if how == "kill" then task:kill() end
    if how == "pass" and reason == "chan send" then print(how, type(ch:recv())) end
    if how == "pass" and reason ~= "chan send" then ch:send(value) ch:close() end
    closed:recv()
    local ended, a, b = task:result()
    print(how, ended, ended and a or sorts(a), b)
    if how == "cancel" or how == "kill" then
      go(function() ch:send("after") end)
      assert(ch:recv() == "after")
    end
  end
end

local function loop(ch)
  local n = 0
  for v in ch do n = n + (type(v) == "table" and #v or v) end
  return n
end
waits("chan receive", 5, function(ch) return ch:recv() end)
waits("chan receive", { 1, 2 }, loop)
waits("chan send", 5, function(ch) return ch:send(5) end)
waits("chan send", {}, function(ch) return ch:send({}) end)
--> expect: close	true	3	3
--> expect: cancel	false	canceled	nil
--> expect: kill	false	killed	nil
--> expect: pass	true	3	2
--> expect: close	true	3	1
--> expect: cancel	false	canceled	nil
--> expect: kill	false	killed	nil
--> expect: pass	true	3	1
--> expect: close	false	send on closed channel	nil
--> expect: cancel	false	canceled	nil
--> expect: kill	false	killed	nil
--> expect: pass	number
--> expect: pass	true	3	1
--> expect: close	false	send on closed channel	nil
--> expect: cancel	false	canceled	nil
--> expect: kill	false	killed	nil
--> expect: pass	table
--> expect: pass	true	3	1
