print(go.task(function() return nothing_of_that_name end):join()) --> expect: nil
