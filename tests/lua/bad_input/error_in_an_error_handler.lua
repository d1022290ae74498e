local ok = go.task(function()
  return xpcall(error, function() error "again" end, "first")
end):join()
print(ok) --> expect: false
