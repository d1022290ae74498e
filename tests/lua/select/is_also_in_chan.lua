print(chan.select == select) --> expect: true
