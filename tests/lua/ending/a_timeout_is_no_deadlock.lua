print(chan():recv(0.02)) --> expect: nil	false	timeout
