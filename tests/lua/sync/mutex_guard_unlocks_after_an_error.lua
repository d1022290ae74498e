local m = go.sync.mutex()
pcall(function()
  local _ <close> = m:lock()
  error "oops"
end)
print(not not m:try_lock()) --> expect: true
