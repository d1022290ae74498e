-- T67 TestGoexitDefer: go.exit runs the variables to be closed, which see no error.
local out = chan(1)
go(function()
  local c <close> = setmetatable({}, {
    __close = function(_, err) out:send { err = err == nil and "none" or err } end,
  })
  go.exit()
end)
print(out:recv().err) --> expect: none
