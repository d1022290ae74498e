local box, done = {}, chan()
go.here(function(t)
  t.same = t == box
  done:close()
end, box)
done:recv()
print(box.same) --> expect: true
