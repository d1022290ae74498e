go(function()
  go.name "fetch#3"
  error "boom"
end)
chan():recv(30)
--> expect exit: 2
--> expect error: [running] "fetch#3":
