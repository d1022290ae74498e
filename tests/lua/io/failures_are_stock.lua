-- The world's failures are results, as in stock Lua.
local lagoon = os.getenv("LAGOON")
local full = assert(io.open("/dev/full", "w"))
print(full:write("x") == full) --> expect: true
print(full:flush()) --> expect: nil	No space left on device	28
full:write("y")
print(full:close()) --> expect: nil	No space left on device	28
full = assert(io.open("/dev/full", "w"))
print(full:write(("x"):rep(100000))) --> expect: nil	No space left on device	28
full:setvbuf("no")
print(full:write(1, "\n", 2)) --> expect: nil	No space left on device	28
full:close()

local dir = assert(io.open("/tmp"))
print(dir:read()) --> expect: nil	Is a directory	21
print(dir:read("a")) --> expect: nil	Is a directory	21
print(dir:read("n", "l", 5)) --> expect: nil	Is a directory	21
print(pcall(dir:lines())) --> expect: false	Is a directory
dir:close()
print(io.open("/nowhere/x")) --> expect: nil	/nowhere/x: No such file or directory	2
print(pcall(io.lines, "/nowhere/x")) --> expect: false	cannot open file '/nowhere/x' (No such file or directory)
print(pcall(io.open, "x", "rw")) --> expect: false	bad argument #2 to 'io.open' (invalid mode)
print(pcall(io.popen, "x", "rw")) --> expect: false	bad argument #2 to 'io.popen' (invalid mode)

local path = os.tmpname()
local file = assert(io.open(path, "w"))
print(file:read()) --> expect: nil	Bad file descriptor	9
print(pcall(file.write, file, "kept", {}, "not written")) --> expect: false	bad argument #3 to '?' (string expected, got table)
print(pcall(file.seek, file, "end", 1.5)) --> expect: false	bad argument #3 to '?' (number has no integer representation)
file:close()
file = assert(io.open(path))
print(file:write("x")) --> expect: nil	Bad file descriptor	9
print(pcall(file.read, file, "l", "x")) --> expect: false	bad argument #3 to '?' (invalid format)
print(file:read(0)) --> expect: nil
file:close()
print(pcall(file.lines, file)) --> expect: false	attempt to use a closed file
print(pcall(io.lines(path), nil)) --> expect: true	kept
print(io.stdout:close()) --> expect: nil	cannot close standard file
print(io.type(42), io.type(file)) --> expect: nil	closed file

-- stdout that is closed, or that nobody reads.
print(os.execute(("'%s' -e 'os.exit(select(3, io.write(\"x\"):flush()))' >&-"):format(lagoon))) --> expect: nil	exit	9
local script = [[local ok, why, code repeat ok, why, code = io.write((\"x\"):rep(5000)) until not ok os.exit(code)]]
print(os.execute(("trap '' PIPE; { '%s' -e '%s'; echo $? >&2; } 2>%s | true"):format(lagoon, script:gsub("\\", ""), path)))
--> expect: true	exit	0
print(io.open(path):read("n")) --> expect: 32
os.remove(path)
