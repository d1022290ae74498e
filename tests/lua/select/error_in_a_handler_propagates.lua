local ch = chan(1)
ch:send(1)
print(pcall(function()
  select { { recv = ch, function() error("from the handler", 0) end } }
end)) --> expect: false	from the handler
print(#ch) --> expect: 0
