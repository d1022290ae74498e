go(function()
  go.sleep(0.02)
  print "good bye" --> expect: good bye
  os.exit(3)
end)
go.exit()
--> expect exit: 3
