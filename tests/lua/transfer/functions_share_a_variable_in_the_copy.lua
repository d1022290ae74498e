local n = 0
local function inc() n = n + 1 end
local function get() return n end
local t = go.task(function()
  inc()
  inc()
  return get()
end)
print(t:join(), n) --> expect: 2	0
local ch = chan(1)
ch:send { inc = inc, get = get }
local copy = ch:recv()
copy.inc()
print(copy.get(), get()) --> expect: 1	0
