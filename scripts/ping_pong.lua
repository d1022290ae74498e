-- Two players and one ball.
--
-- Both wait for the ball on the same table, so exactly one of them holds it at any time.  `for ball
-- in court` receives until the channel is closed.
local court, over = chan(), chan()

local function player(name)
  for ball in court do
    ball.hits = ball.hits + 1
    print(name, ball.hits)
    if ball.hits == 6 then
      court:close()
      over:send("game over")
      return
    end
    court:send(ball)
  end
end

-- The first player serves as soon as the ball is thrown in; what one sends only the other can
-- receive.
go(player, "ping")
court:send { hits = 0 }
go(player, "pong")

print((over:recv()))

--> expect: ping	1
--> expect: pong	2
--> expect: ping	3
--> expect: pong	4
--> expect: ping	5
--> expect: pong	6
--> expect: game over
