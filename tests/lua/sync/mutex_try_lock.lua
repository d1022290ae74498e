local m = go.sync.mutex()
print(not not m:try_lock()) --> expect: true
print(not not m:try_lock()) --> expect: false
m:unlock()
print(not not m:try_lock()) --> expect: true
