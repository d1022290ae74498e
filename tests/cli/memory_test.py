#!/usr/bin/env python3
"""A machine that runs out of memory: the goroutine that asks for too much fails, and nobody else."""
import resource
import subprocess

import command
from command import Case

ROOM = 900 << 20  # bytes of address space: threads' stacks and malloc's arenas reserve some of it

GREEDY = """
local hog = go.task(function()
  local t = {}
  for i = 1, math.huge do t[i] = string.rep("x", 10000) .. i end
end)
local ok, err = hog:result()
print(ok, (err:gsub("\\n.*", "")))
local c = chan()
go(function() c:send("still alive") end)
print((c:recv()))
"""


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))


class Memory(Case):
    def test_one_goroutine_that_runs_out_takes_nobody_along(self):
        path = self.file("greedy.lua", GREEDY)
        done = subprocess.run([command.LAGOON, "--procs", "2", path], env=command.environment(),
                              preexec_fn=limit, capture_output=True, text=True,
                              timeout=command.LIMIT, check=False)
        self.assertEqual(("", "false\tnot enough memory\nstill alive\n", 0),
                         (done.stderr, done.stdout, done.returncode))


if __name__ == "__main__":
    command.main()
