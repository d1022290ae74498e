-- Nothing a script can reach lets it call a method on the wrong thing or free something twice.
local handles = { chan(), go.sync.mutex(), go.sync.waitgroup(), go.sync.atomic(1), go.sync.map(),
  go.task(function() end) }
for _, handle in ipairs(handles) do
  local mt = getmetatable(handle)
  if type(mt) == "table" then
    for _, name in ipairs { "__gc", "__close", "__index", "__len", "__tostring" } do
      local f = mt[name]
      if type(f) == "function" then
        pcall(f)
        pcall(f, 5)
        pcall(f, io.stdout)
        pcall(f, handle)
        pcall(f, handle)
      end
    end
  end
  tostring(handle)
end
collectgarbage()
print "alive" --> expect: alive
