print(select("#", go.task(function() end):join())) --> expect: 0
