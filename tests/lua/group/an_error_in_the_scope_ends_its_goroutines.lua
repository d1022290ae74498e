local ended, started = chan(1), chan()
local ok, err = pcall(function()
  local g <close> = go.group()
  g:go(function()
    local last <close> = setmetatable({}, { __close = function() ended:send("ended") end })
    started:close()
    chan():recv()
  end)
  started:recv()
  error("from the scope", 0)
end)
print(ok, err)          --> expect: false	from the scope
print(ended:try_recv()) --> expect: ended	true
