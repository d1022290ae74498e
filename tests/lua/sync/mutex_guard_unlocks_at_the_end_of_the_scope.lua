local m = go.sync.mutex()
do
  local _ <close> = m:lock()
  assert(not m:try_lock())
end
print(not not m:try_lock()) --> expect: true
