local ch = chan()
go(function()
  for _, piece in ipairs { "return ", "6 * ", "7" } do ch:send(piece) end
  ch:close()
end)
print(load(function() return (ch:recv()) end)()) --> expect: 42
