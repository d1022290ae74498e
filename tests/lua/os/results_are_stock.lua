-- What the functions answer, and the errors of wrong arguments.
local name = os.tmpname()
print(io.open(name):read("a") == "") --> expect: true
print(os.rename(name, name .. "x")) --> expect: true
print(select(2, os.rename("/nowhere/a", "/nowhere/b"))) --> expect: No such file or directory	2
print(os.remove(name .. "x")) --> expect: true
print(os.remove("/nowhere/a")) --> expect: nil	/nowhere/a: No such file or directory	2

print(os.execute()) --> expect: true
print(os.execute("true")) --> expect: true	exit	0
print(os.execute("exit 9")) --> expect: nil	exit	9
print(os.execute("kill -9 $$")) --> expect: nil	signal	9

print(pcall(os.remove)) --> expect: false	bad argument #1 to 'os.remove' (string expected, got no value)
print(pcall(os.rename, "a")) --> expect: false	bad argument #2 to 'os.rename' (string expected, got no value)
print(pcall(os.execute, {})) --> expect: false	bad argument #1 to 'os.execute' (string expected, got table)
