local out = chan(10)
local function note(text)
  return setmetatable({}, { __close = function(_, err) out:send(text .. " " .. tostring(err)) end })
end
go(function()
  local outer <close> = note "outer"
  local function inner()
    local mine <close> = note "inner"
    go.exit()
  end
  inner()
end)
-- Ending is not an error: the handlers see none.
print((out:recv())) --> expect: inner nil
print((out:recv())) --> expect: outer nil
