local a = go.sync.atomic(5)
print(a:load())                --> expect: 5
a:store(7)
print(a:load())                --> expect: 7
print(a:add(3))                --> expect: 10
print(a:add(-4))               --> expect: 6
print(a:swap(1))               --> expect: 6
print(a:cas(2, 9), a:load())   --> expect: false	1
print(a:cas(1, 9), a:load())   --> expect: true	9
print(go.sync.atomic():load()) --> expect: 0
