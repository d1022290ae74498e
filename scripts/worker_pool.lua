-- Three workers share a queue of jobs.
--
-- Whoever is free takes the next job, so a long one holds up nobody.  Closing the queue tells the
-- workers that no more will come: their loops end when it is empty.
local jobs, results = chan(10), chan(10)

local function worker()
  for job in jobs do
    go.sleep(job.seconds) -- pretend to work
    results:send { id = job.id, answer = job.id * job.id }
  end
end

for _ = 1, 3 do go(worker) end

for id = 1, 9 do
  jobs:send { id = id, seconds = id % 3 * 0.005 }
end
jobs:close()

-- The answers come in any order; a table puts them back in ours.
local answers = {}
for _ = 1, 9 do
  local result = results:recv()
  answers[result.id] = result.answer
end
for id, answer in ipairs(answers) do
  print(("job %d gives %d"):format(id, answer))
end

--> expect: job 1 gives 1
--> expect: job 2 gives 4
--> expect: job 3 gives 9
--> expect: job 4 gives 16
--> expect: job 5 gives 25
--> expect: job 6 gives 36
--> expect: job 7 gives 49
--> expect: job 8 gives 64
--> expect: job 9 gives 81
