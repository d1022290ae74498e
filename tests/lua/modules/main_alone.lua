-- A module that loads in main alone, for the test beside it.
assert(go.id() == 1, "this module loads in main alone")
return { f = function() return "the module's" end }
