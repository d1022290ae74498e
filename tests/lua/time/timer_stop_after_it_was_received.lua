local t = go.time.timer(0)
select { { recv = t } }
print(t:stop()) --> expect: false
