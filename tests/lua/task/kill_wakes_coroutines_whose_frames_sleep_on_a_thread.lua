-- The C functions' frames of both coroutines are on a thread that sleeps: it is woken, and raises there.
local started, log, m = chan(), chan(10), go.sync.mutex()
local function note(text)
  return setmetatable({}, { __close = function(_, err) log:try_send(text .. " " .. tostring(err)) end })
end
local function in_c(f) return table.sort({ 2, 1 }, f) end
local t = go.task(function()
  local a <close> = note "goroutine"
  in_c(function()
    local b <close> = note "comparator"
    local held <close> = m:lock()
    coroutine.wrap(function()
      local c <close> = note "coroutine"
      in_c(function()
        local d <close> = note "comparator in it"
        started:close()
        pcall(chan().recv, chan())
        log:try_send "went on"
      end)
      log:try_send "went on"
    end)()
  end)
end)
started:recv()
t:kill()
print(t:result())        --> expect: false	killed
print(m:try_lock() == m) --> expect: true
log:close()
for line in log do print(line) end
--> expect: comparator in it nil
--> expect: coroutine nil
--> expect: comparator nil
--> expect: goroutine nil
