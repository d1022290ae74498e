local sem = go.sync.semaphore(2)
print(not not sem:try_acquire()) --> expect: true
print(not not sem:try_acquire()) --> expect: true
print(not not sem:try_acquire()) --> expect: false
sem:release()
print(not not sem:try_acquire()) --> expect: true
