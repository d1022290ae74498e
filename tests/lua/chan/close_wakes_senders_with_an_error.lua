local ch = chan()
local tasks = {}
for i = 1, 3 do tasks[i] = go.task(function() ch:send(i) end) end
go.yield()
ch:close()
for i = 1, 3 do
  local ok, err = tasks[i]:result()
  print(ok, tostring(err):find("send on closed channel", 1, true) ~= nil)
end
print(ch:recv()) -- what a refused sender held is discarded
--> expect: false	true
--> expect: false	true
--> expect: false	true
--> expect: nil	false	closed
