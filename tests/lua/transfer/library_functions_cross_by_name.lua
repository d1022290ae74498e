local out, upper, insert = chan(3), string.upper, table.insert
go(function()
  local t = {}
  insert(t, upper("x"))
  out:send(t[1])
  out:send(upper == string.upper)
  out:send(upper)
end)
print((out:recv()))                 --> expect: X
print((out:recv()))                 --> expect: true
print((out:recv()) == string.upper) --> expect: true
