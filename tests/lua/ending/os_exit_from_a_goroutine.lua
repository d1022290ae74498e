go(function()
  io.write "flushed\n" --> expect: flushed
  os.exit(5)
end)
chan():recv(30)
--> expect exit: 5
