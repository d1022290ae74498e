print(type(chan())) --> expect: userdata
