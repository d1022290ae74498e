-- The bug: giving way in a finalizer that runs while the states close crashed.
X = setmetatable({}, { __gc = function()
  go.yield()
  pcall(go.exit)
  print "finalized" --> expect: finalized
end })
