local inner = go.freeze { 1 }
local outer = go.freeze { inner = inner }
print(outer.inner == inner)                                       --> expect: true
print(go.task(function() return outer.inner == inner end):join()) --> expect: true
