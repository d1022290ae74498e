-- What escapes from main shows where the task failed, not only where it was joined.
local function deep_inside() error("boom") end
local t = go.task(function() deep_inside() end)
t:join()
--> expect exit: 1
--> expect error: boom
--> expect error: deep_inside
