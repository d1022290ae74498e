local ended, started = chan(1), chan()
do
  local g <close> = go.group()
  g:go(function()
    local last <close> = setmetatable({}, { __close = function() ended:send("ended") end })
    started:close()
    chan():recv()
  end)
  started:recv()
end
print(ended:try_recv()) --> expect: ended	true
