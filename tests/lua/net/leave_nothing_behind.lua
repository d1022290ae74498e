-- 30,000 connections opened and dropped, some closed, some forgotten: no descriptor, no goroutine,
-- and no memory that the last third needs more than those before, in which each state fills its first chunk.
--> env: ASAN_OPTIONS=quarantine_size_mb=4
-- (That keeps freed memory for a while, which is not what is looked for here.)
local net = require "go.net"
local function descriptors()
  local n = 0
  for fd = 0, 400 do
    local f = io.open("/proc/self/fd/" .. fd, "rb")
    if f then n = n + 1 f:close() end
  end
  return n
end
local l = net.listen("unix", "@" .. os.tmpname())
local server = go.task(function()
  for c in l do
    go(function() c:write "hello\n" if math.random(2) == 1 then c:close() end end)
  end
end)
local function resident()
  for line in io.lines "/proc/self/statm" do return tonumber(line:match "%d+ (%d+)") * 4096 end
end
local before, memory = descriptors(), nil
for round = 1, 3 do
  local wg = go.sync.waitgroup()
  for _ = 1, 20 do
    wg:go(function()
      for i = 1, 500 do
        local c = assert(net.dial("unix", l:addr()))
        if i % 3 ~= 0 then c:read() end
        if i % 2 == 0 then c:close() end
      end
    end)
  end
  wg:wait()
  go.runtime.gc()
  if round == 2 then memory = resident() end
end
local most = os.getenv "TSAN_OPTIONS" and 48e6 or 16e6 -- for each byte it keeps several of its own
assert(resident() - memory < most, resident() - memory)
l:close()
server:join()
for _ = 1, 1000 do
  go.runtime.gc()
  if descriptors() <= before and go.runtime.goroutines() == 1 then break end
  go.sleep(0.001)
end
print(go.runtime.goroutines()) --> expect: 1
assert(descriptors() <= before, descriptors())
