local running, most, g = go.sync.atomic(0), go.sync.atomic(0), go.group()
g:limit(3)
for _ = 1, 20 do
  g:go(function()
    local now = running:add(1)
    while true do
      local seen = most:load()
      if now <= seen or most:cas(seen, now) then break end
    end
    go.yield()
    running:add(-1)
  end)
end
g:wait()
print(most:load() <= 3, running:load()) --> expect: true	0
