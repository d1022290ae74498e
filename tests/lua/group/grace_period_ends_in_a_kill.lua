local began = go.time.monotonic()
do
  local g <close> = go.group(nil, { grace = 0.05 })
  g:go(function()
    while true do pcall(go.sleep, 1000) end
  end)
  go.yield()
end
print(go.time.monotonic() - began < 5) --> expect: true
