local out = chan(1)
local g = go.group()
g:go(function()
  local last <close> = setmetatable({}, {
    __close = function()
      go.sleep(0.05)
      out:send("cleaned up")
    end,
  })
  chan():recv()
end)
g:go(function() error("boom", 0) end)
pcall(g.wait, g)
print(out:try_recv()) --> expect: cleaned up	true
