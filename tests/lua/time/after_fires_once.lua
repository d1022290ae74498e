local after = go.time.after(0.01)
print((select { { recv = after } }))                  --> expect: 1
print((select { { recv = after }, { after = 0.03 } })) --> expect: 2
