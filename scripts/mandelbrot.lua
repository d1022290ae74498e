-- The Mandelbrot set, one goroutine for each line of the picture.
--
-- Some lines cost far more work than others; the runtime spreads the goroutines over processors.
-- Each sends its number with its line, so the picture can be put together in order.
local width, height = 64, 16
local shades = ".,:;-=+*%@"

-- How many steps of z = z * z + c the point c = (x, y) takes to leave the circle around zero.
local function steps(x, y)
  local re, im = 0.0, 0.0
  for n = 0, 99 do
    if re * re + im * im > 4 then return n end
    re, im = re * re - im * im + x, 2 * re * im + y
  end
  return 100
end

local function shade(n)
  if n == 100 then return "#" end
  local i = math.min(#shades, n // 2 + 1)
  return shades:sub(i, i)
end

local function line(row)
  local y = (row - 0.5) / height * 2.4 - 1.2
  local points = {}
  for column = 1, width do
    points[column] = shade(steps((column - 0.5) / width * 3 - 2.2, y))
  end
  return table.concat(points)
end

local lines = chan(height)
for row = 1, height do
  go(function() lines:send { row = row, text = line(row) } end)
end

local picture = {}
for _ = 1, height do
  local l = lines:recv()
  picture[l.row] = l.text
end
print(table.concat(picture, "\n"))

--> expect: ............,,,,,,,,,,,,,,,,,,,,,,,,,:::::;;:::::,,,,,,,,,,,,,,,
--> expect: ..........,,,,,,,,,,,,,,,,,,,,,,:::::::::;;-%@-;:::::,,,,,,,,,,,
--> expect: ........,,,,,,,,,,,,,,,,,,,,::::::::::;;-*@##@%+;:::::::,,,,,,,,
--> expect: .......,,,,,,,,,,,,,,,,,::::::::;==*--@++*@###%+=+-;;;=;::,,,,,,
--> expect: ......,,,,,,,,,,,,,::::::::::;;;--+###################@;;::,,,,,
--> expect: .....,,,,,,:::::::;-=-;;--;;;--=%#####################@@@;::,,,,
--> expect: .....,:::::::::::;;-=%#######*+@########################-::::,,,
--> expect: ....:::::;;;;;;--@@@##################################@;;::::,,,
--> expect: ....:::::;;;;;;--@@@##################################@;;::::,,,
--> expect: .....,:::::::::::;;-=%#######*+@########################-::::,,,
--> expect: .....,,,,,,:::::::;-=-;;--;;;--=%#####################@@@;::,,,,
--> expect: ......,,,,,,,,,,,,,::::::::::;;;--+###################@;;::,,,,,
--> expect: .......,,,,,,,,,,,,,,,,,::::::::;==*--@++*@###%+=+-;;;=;::,,,,,,
--> expect: ........,,,,,,,,,,,,,,,,,,,,::::::::::;;-*@##@%+;:::::::,,,,,,,,
--> expect: ..........,,,,,,,,,,,,,,,,,,,,,,:::::::::;;-%@-;:::::,,,,,,,,,,,
--> expect: ............,,,,,,,,,,,,,,,,,,,,,,,,,:::::;;:::::,,,,,,,,,,,,,,,
