print(select("#", go.here(function() end))) --> expect: 0
