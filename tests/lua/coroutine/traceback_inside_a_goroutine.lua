local t = go.task(function()
  local function inner() return (debug.traceback("here")) end
  local text = inner()
  return text
end)
print((t:join():find("here\nstack traceback:", 1, true))) --> expect: 1
