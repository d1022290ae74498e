-- A handler that loops, or takes memory, is ended as that of a killed goroutine; also one that runs because of
-- an error, or at the end of its block.
local function spin() while true do pcall(function() while true do end end) end end
local function grow() local t = {} while true do pcall(function() t[#t + 1] = {} end) end end
local function closing(f) return setmetatable({}, { __close = f }) end
local l = go.limits { cpu = 0.05, memory = 2 << 20 }
for _, handler in ipairs { spin, grow } do
  for _, body in ipairs { spin, grow, error, print } do
    local m = go.sync.mutex()
    local t = go.task(l, function()
      local held <close> = m:lock()
      local bad <close> = closing(handler)
      if body ~= print then body() end
    end)
    io.write(tostring((t:result())), " ", tostring(m:try_lock() == m), "\n")
  end
end
--> expect: false true
--> expect: false true
--> expect: false true
--> expect: false true
--> expect: false true
--> expect: false true
--> expect: false true
--> expect: false true
