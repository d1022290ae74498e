print(math.type(go.runtime.cpus()), go.runtime.cpus() >= 1) --> expect: integer	true
