print(go.time.tick(0), go.time.tick(-1)) --> expect: nil	nil
