-- What the works on Lagoon share: counts, clocks and the lines they print.  Called with the scale.
local scale = ...
local now = go.time.monotonic
local M = { now = now }

function M.count(n) return math.max(1, n * scale // 1 | 0) end
function M.report(name, value, unit) print(("%s %.6g %s"):format(name, value, unit)) end
function M.per(name, start, n) M.report(name, (now() - start) / n * 1e9, "ns") end

-- Resident bytes of this process.
function M.resident()
  for line in io.lines "/proc/self/status" do
    local kb = line:match "^VmRSS:%s+(%d+)"
    if kb then return tonumber(kb) * 1024 end
  end
end

function M.percentile(values, p)
  table.sort(values)
  return values[math.max(1, math.ceil(#values * p))]
end

-- `pairs_` goroutines each send `n` times to a partner that answers: nanoseconds for a round trip.
function M.ping_pong(pairs_, n)
  local wg = go.sync.waitgroup()
  local start = now()
  for _ = 1, pairs_ do
    local there, back = chan(), chan()
    go(function() for v in there do back:send(v) end end)
    wg:go(function()
      for i = 1, n do there:send(i) back:recv() end
      there:close()
    end)
  end
  wg:wait()
  return (now() - start) / (n * pairs_) * 1e9
end

return M
