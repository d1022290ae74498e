local say, done = print, chan()
go(function()
  say "said" --> expect: said
  done:close()
end)
done:recv()
