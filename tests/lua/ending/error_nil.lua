go(function() error() end)
chan():recv(30)
--> expect exit: 2
--> expect error: nil
