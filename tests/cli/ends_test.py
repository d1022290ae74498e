#!/usr/bin/env python3
"""How the command ends: errors, exit statuses, signals."""
import re
import signal
import subprocess
import time

import command
from command import Case


class Errors(Case):
    def test_an_error_shows_its_traceback_as_in_lua(self):
        path = self.file("s.lua", "local function f()\n  error('oops')\nend\nf()\n")
        done = self.fails(1, "", path)
        self.assertEqual(f"{command.LAGOON}: {path}:2: oops\n"
                         "stack traceback:\n"
                         "\t[C]: in function 'error'\n"
                         f"\t{path}:2: in local 'f'\n"
                         f"\t{path}:4: in main chunk\n"
                         "\t[C]: in ?\n", done.stderr)

    def test_syntax_errors_have_none(self):
        done = self.fails(1, "", "-e", "x = = 1")
        self.assertEqual(f"{command.LAGOON}: (command line):1: unexpected symbol near '='\n", done.stderr)

    def test_error_objects(self):
        self.fails(1, ": (error object is a table value)\n", "-e", "error({})")
        done = self.fails(1, "", "-e", "error(setmetatable({}, {__tostring = function() return 'T' end}))")
        self.assertEqual(f"{command.LAGOON}: T\n", done.stderr)
        self.fails(1, ": 12\n", "-e", "error(12)")
        self.fails(1, ": (error object is a nil value)\n", "-e", "error()")

    def test_an_error_ends_it(self):
        done = self.fails(1, "first", "-e", "error 'first'", "-e", "print 'second'")
        self.assertEqual("", done.stdout)

    def test_an_error_in_print_of_output_before(self):
        done = self.fails(1, "late", "-e", "io.write('early'); error('late')")
        self.assertEqual("early", done.stdout)

    def test_debug_traceback_of_main(self):
        self.prints("stack traceback:\n\t(command line):1: in main chunk\n\t[C]: in ?\n",
                    "-e", "print(debug.traceback())")


class Ends(Case):
    def test_main_does_not_wait_for_goroutines(self):
        start = time.monotonic()
        self.prints("main\n", "-e", "go(function() go.sleep(100) end); print('main')")
        self.prints("main\n", "-e", "go(function() while true do end end); go.yield(); print('main')")
        self.assertLess(time.monotonic() - start, command.LIMIT / 2)

    def test_nor_for_long_calls(self):
        start = time.monotonic()
        self.prints("main\n", "-e",
                    "go(function() os.execute('exec sleep 20 >/dev/null 2>&1') end); go.sleep(0.3); print('main')")
        self.assertLess(time.monotonic() - start, 15)

    def test_close_variables_of_goroutines_run(self):
        self.prints("main\nclosed\n", "-e", """
            local inside = chan()
            go(function()
              local x <close> = setmetatable({}, {__close = function() print('closed') end})
              inside:close()
              chan():recv()
            end)
            inside:recv()
            print('main')""")

    def test_finalizers_run(self):
        self.prints("main\ngc\n", "-e",
                    "setmetatable({}, {__gc = function() print 'gc' end}); print 'main'")

    def test_os_exit(self):
        for code, status in (("3", 3), ("true", 0), ("false", 1), ("4, true", 4)):
            done = command.run("-e", f"io.write('x'); os.exit({code})")
            self.assertEqual(("x", "", status), (done.stdout, done.stderr, done.returncode))
        done = command.run("-e", "go(function() os.exit(5) end); go.sleep(30)")
        self.assertEqual((5, ""), (done.returncode, done.stderr))

    def test_a_lost_goroutine_error_is_fatal(self):
        done = self.fails(2, "lost", "-e", "go(function() error('lost') end); go.sleep(30); print('no')")
        self.assertEqual("", done.stdout)

    def test_a_deadlock_is_fatal(self):
        self.fails(2, "fatal error: all goroutines are asleep - deadlock!", "-e", "chan():recv()")

    def test_an_uncollected_task_error_shows_in_the_status(self):
        done = self.fails(2, "forgotten", "-e", "go.task(error, 'forgotten'); "
                          "while go.runtime.goroutines() > 1 do go.sleep(0.001) end print('main')")
        self.assertEqual("main\n", done.stdout)


class Signals(Case):
    def start(self, source):
        """Starts lagoon; it is to print `ready` when it may get signals."""
        process = subprocess.Popen([command.LAGOON, "-e", source], env=command.environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertEqual("ready\n", process.stdout.readline())
        return process

    def end(self, process):
        out, err = process.communicate(timeout=command.LIMIT)
        return out, err, process.returncode

    READY = "io.write('ready\\n'); io.flush(); "

    def test_int_interrupts_a_loop(self):
        process = self.start(self.READY + "while true do end")
        process.send_signal(signal.SIGINT)
        out, err, status = self.end(process)
        self.assertEqual(130, status)
        self.assertRegex(err, r"^\S+: interrupted!\nstack traceback:\n\t\(command line\):1: in main chunk\n")

    def test_int_interrupts_a_blocked_main(self):
        for wait in ("chan():recv()", "go.sleep(100)"):
            process = self.start("go(function() while true do go.sleep(1) end end) " + self.READY + wait)
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            out, err, status = self.end(process)
            self.assertEqual(130, status, err)
            self.assertIn("interrupted!", err)

    def test_int_can_be_caught(self):
        process = self.start("print(pcall(function() " + self.READY + "while true do end end)); print('on')")
        process.send_signal(signal.SIGINT)
        out, err, status = self.end(process)
        self.assertEqual(0, status, err)
        self.assertRegex(out, r"^false\t.*interrupted!\non\n$")

    def test_a_second_int_kills(self):
        process = self.start(self.READY + "string.find(string.rep('a', 300000), '.*.*b')")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(-signal.SIGINT, self.end(process)[2])

    def test_quit_prints_goroutines(self):
        process = self.start("go(function() go.name('sleeper'); go.sleep(100) end) "
                             "repeat go.sleep(0.001) until go.runtime.stacks():find '%[sleep%] \"sleeper\"' "
                             + self.READY + "while true do end")
        process.send_signal(signal.SIGQUIT)
        out, err, status = self.end(process)
        self.assertEqual(2, status)
        self.assertIn("sleeper", err)
        self.assertTrue(re.search(r"goroutine \d+ \[sleep", err), err)

    def test_pipe_kills_as_usual(self):
        process = subprocess.Popen([command.LAGOON, "-e", "while true do print('x') end"],
                                   env=command.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(-signal.SIGPIPE, process.wait(timeout=command.LIMIT))
        process.stderr.close()


if __name__ == "__main__":
    command.main()
