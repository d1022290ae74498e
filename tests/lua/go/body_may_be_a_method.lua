local account = { balance = 10 }
function account:add(n, out)
  self.balance = self.balance + n
  out:send(self.balance)
end
local out = chan()
go(account.add, account, 5, out)
print((out:recv()))    --> expect: 15
print(account.balance) --> expect: 10
