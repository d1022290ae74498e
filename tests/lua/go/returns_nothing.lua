local done = chan()
print(select("#", go(function() done:close() end))) --> expect: 0
done:recv()
