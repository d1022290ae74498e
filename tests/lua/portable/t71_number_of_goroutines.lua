-- T71 TestNumGoroutine: one at the start, and always as many as the dump shows.
print(go.runtime.goroutines()) --> expect: 1
local function shown()
  local n = 0
  for line in go.runtime.stacks():gmatch "[^\n]+" do
    if line:find "^goroutine %d+ %[" then n = n + 1 end
  end
  return n
end
local gate, ready = chan(), chan()
for n = 1, 20 do
  go(function()
    ready:send(true)
    gate:recv()
  end)
  ready:recv()
  assert(go.runtime.goroutines() == n + 1 and shown() == n + 1)
end
gate:close()
while go.runtime.goroutines() > 1 do go.yield() end
print(shown()) --> expect: 1
