print(math.type(go.runtime.states()), go.runtime.states() >= 1) --> expect: integer	true
