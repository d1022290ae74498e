local out = chan(10)
go(function()
  local last <close> = setmetatable({}, { __close = function() out:close() end })
  out:send(select("#", pcall(go.exit)))
  out:send("not reached")
end)
print(out:recv()) --> expect: nil	false	closed
