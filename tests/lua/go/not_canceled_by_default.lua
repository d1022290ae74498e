print(go.canceled())             --> expect: false
print(go.is_canceled("canceled")) --> expect: false
print(go.is_canceled(nil))        --> expect: false
