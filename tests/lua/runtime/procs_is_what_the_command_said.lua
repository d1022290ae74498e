--> procs: 4
print(go.runtime.procs()) --> expect: 4
