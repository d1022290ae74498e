do
  local ch <close> = chan()
  ch:close()
end
print "fine" --> expect: fine
