-- Programs of plain Lua, to compare the interpreter itself.  lua|lagoon pure.lua WORK [SCALE]
local work, scale = arg[1], tonumber(arg[2] or 1)
local function count(n) return math.max(1, math.floor(n * scale)) end

local P = {}

function P.fib()
  local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
  for _ = 1, count(5) do fib(27) end
end

function P.nbody()
  local function body(x, y, z, vx, vy, vz, mass)
    return { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass }
  end
  local bodies = { body(0, 0, 0, 0, 0, 0, 39.47) }
  for i = 1, 4 do bodies[i + 1] = body(5.2 * i, -1.1 * i, 0.1 * i, 0.6 / i, 2.8 / i, -0.02 * i, 0.03 / i) end
  local function advance(dt)
    local n = #bodies
    for i = 1, n do
      local a = bodies[i]
      local ax, ay, az, am = a.x, a.y, a.z, a.mass
      local vx, vy, vz = a.vx, a.vy, a.vz
      for j = i + 1, n do
        local b = bodies[j]
        local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
        local d2 = dx * dx + dy * dy + dz * dz
        local pull = dt / (math.sqrt(d2) * d2)
        local bm = b.mass * pull
        vx, vy, vz = vx - dx * bm, vy - dy * bm, vz - dz * bm
        bm = am * pull
        b.vx, b.vy, b.vz = b.vx + dx * bm, b.vy + dy * bm, b.vz + dz * bm
      end
      a.vx, a.vy, a.vz = vx, vy, vz
      a.x, a.y, a.z = ax + dt * vx, ay + dt * vy, az + dt * vz
    end
  end
  for _ = 1, count(80000) do advance(0.01) end
end

function P.spectral()
  local n = count(160)
  local function A(i, j)
    local ij = i + j - 1
    return 1.0 / (ij * (ij - 1) * 0.5 + i)
  end
  local function times(x, y, transposed)
    for i = 1, n do
      local sum = 0
      for j = 1, n do sum = sum + (transposed and A(j, i) or A(i, j)) * x[j] end
      y[i] = sum
    end
  end
  local u, v, t = {}, {}, {}
  for i = 1, n do u[i] = 1 end
  for _ = 1, 10 do
    times(u, t) times(t, v, true)
    times(v, t) times(t, u, true)
  end
end

function P.trees()
  local function make(depth)
    if depth == 0 then return {} end
    return { make(depth - 1), make(depth - 1) }
  end
  local function check(tree)
    if tree[1] then return 1 + check(tree[1]) + check(tree[2]) end
    return 1
  end
  local long = make(14)
  for depth = 4, 14, 2 do
    for _ = 1, count(2 ^ (14 - depth + 2)) do check(make(depth)) end
  end
  check(long)
end

function P.strings()
  for _ = 1, count(12) do
    local parts = {}
    for i = 1, 20000 do parts[i] = ("%d:%s"):format(i, "item" .. i) end
    local text = table.concat(parts, ",")
    local n = 0
    for word in text:gmatch("[^,]+") do n = n + #word:gsub("item", "x"):upper() end
    local s = ""
    for i = 1, 2000 do s = s .. i end
  end
end

function P.sort()
  local seed = 42
  for _ = 1, count(6) do
    local t = {}
    for i = 1, 50000 do
      seed = (seed * 1103515245 + 12345) % 2147483648
      t[i] = seed
    end
    table.sort(t)
    table.sort(t, function(a, b) return a > b end)
  end
end

P[work]()
local start = os.clock()
P[work]()
print(string.format("pure_%s %.6g ms", work, (os.clock() - start) * 1e3))
