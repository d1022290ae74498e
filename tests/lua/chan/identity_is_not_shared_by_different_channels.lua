print(chan() == chan()) --> expect: false
