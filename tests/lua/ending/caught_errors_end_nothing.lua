local out = chan()
go(function()
  local ok, err = pcall(error, "caught", 0)
  out:send(err)
end)
print((out:recv())) --> expect: caught
