local done = chan()
go.here(function()
  answer = 42
  done:close()
end)
done:recv()
print(answer) --> expect: 42
