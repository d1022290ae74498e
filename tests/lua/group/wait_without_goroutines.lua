print(go.group():wait()) --> expect: true
