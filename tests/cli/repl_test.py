#!/usr/bin/env python3
"""The read-eval-print loop, from a pipe and on a terminal."""
import fcntl
import os
import pty
import re
import select
import signal
import stat
import struct
import termios
import time

import command
from command import Case


class Piped(Case):
    def session(self, text, *options):
        done = command.run("-i", *options, stdin=text)
        self.assertEqual(0, done.returncode)
        return done.stdout.partition("\n")[2], done.stderr  # without the version line

    def test_expressions_are_printed(self):
        out, err = self.session("1 + 1\n='x', nil\na = 5\na\n")
        self.assertEqual("> 1 + 1\n2\n> ='x', nil\nx\tnil\n> a = 5\n> a\n5\n> \n", out)
        self.assertEqual("", err)

    def test_statements_may_take_several_lines(self):
        out, err = self.session("for i = 1, 2 do\nprint(i)\nend\n")
        self.assertEqual("> for i = 1, 2 do\n>> print(i)\n>> end\n1\n2\n> \n", out)

    def test_errors_do_not_end_it(self):
        out, err = self.session("error('x')\nx = = 1\n'still here'\n")
        self.assertEqual("stdin:1: x\nstack traceback:\n\t[C]: in function 'error'\n"
                         "\tstdin:1: in main chunk\n\t[C]: in ?\n"
                         "stdin:1: unexpected symbol near '='\n", err)
        self.assertIn("still here\n", out)

    def test_an_unfinished_end(self):
        out, err = self.session("f(")
        self.assertIn("unexpected symbol near <eof>", err)

    def test_prompts(self):
        out, err = self.session("f(\n)", "-e", "_PROMPT = 'one '; _PROMPT2 = 'two '; f = print")
        self.assertEqual("one f(\ntwo )\n\none \n", out)

    def test_results_go_through_print(self):
        out, err = self.session("1\n", "-e", "local p = print; function print(...) p('got', ...) end")
        self.assertIn("got\t1\n", out)
        out, err = self.session("1\n", "-e", "print = nil")
        self.assertIn("error calling 'print' (attempt to call a nil value)\n", err)

    def test_goroutine_errors_do_not_end_it(self):
        out, err = self.session("go(error, 'lost')\ngo.sleep(0.1)\n'still here'\n")
        self.assertIn("lost", err)
        self.assertIn("still here\n", out)

    def test_go_exit_ends_only_the_line(self):
        out, err = self.session("go.exit() print('not this')\n'still here'\n")
        self.assertEqual("> go.exit() print('not this')\n> 'still here'\nstill here\n> \n", out)

    def test_os_exit_ends_it(self):
        done = command.run("-i", stdin="os.exit(7, true)\n'not this'\n")
        self.assertEqual(7, done.returncode)
        self.assertNotIn("not this\n", done.stdout.replace("'", ""))

    def test_it_follows_a_script(self):
        path = self.file("s.lua", "x = 'from the script'")
        done = command.run("-i", path, stdin="x\n")
        self.assertIn("from the script\n", done.stdout)


# A goroutine that sleeps, when the line has ended.
SLEEPER = "go(function() go.name('sleeper') go.sleep(100) end) " \
          "repeat go.sleep(0.01) until go.runtime.stacks():find '%[sleep%] \"sleeper\"'"


class Terminal:
    """A lagoon, or another command, on a terminal of its own."""

    def __init__(self, home, *args, command_line=None, **env):
        self.seen = ""      # all it has written
        self.looked = 0     # how far expect() has come
        told, tell = os.pipe()
        pid, fd = pty.fork()
        if pid == 0:
            os.read(told, 1)  # what it does to the terminal comes after what we do and read there
            full = command.environment(TERM="xterm", HOME=home, XDG_STATE_HOME=home + "/state", **env)
            full.pop("INPUTRC", None)
            line = command_line or [command.LAGOON, *args]
            os.execvpe(line[0], line, full)
        self.pid, self.fd, self.status = pid, fd, None
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.usual = self.modes()
        os.write(tell, b".")
        os.close(tell)
        os.close(told)

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.seen += re.sub(r"\x1b\[\?2004[hl]\r?", "", data.decode(errors="replace"))
        return bool(data)

    def expect(self, pattern):
        """Waits until the pattern shows up behind what was expected last."""
        end = time.monotonic() + command.LIMIT
        while True:
            found = re.compile(pattern, re.S).search(self.seen, self.looked)
            if found:
                self.looked = found.end()
                return found
            if time.monotonic() > end or not self.read(1):
                if time.monotonic() > end or self.ended():
                    raise AssertionError(f"no {pattern!r} in {self.seen[self.looked:]!r}")

    def send(self, text):
        os.write(self.fd, text.encode())

    def line(self, text):
        self.send(text + "\n")
        self.expect(re.escape(text[-20:]) + r"[^\n]*\n")

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == self.pid:
                self.status = status
        return self.status is not None

    def wait(self):
        """Its wait status."""
        end = time.monotonic() + command.LIMIT
        while not self.ended():
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            self.read(0.1)
        return self.status

    def modes(self):
        return termios.tcgetattr(self.fd)[3]

    def close(self):
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class OnATerminal(Case):
    def open(self, *args, **env):
        terminal = Terminal(self.folder, *args, **env)
        self.addCleanup(terminal.close)
        terminal.expect(r"> $")
        return terminal

    def quit(self, terminal):
        terminal.send("\x04")
        self.assertEqual(0, terminal.wait())

    def test_it_greets_and_ends_with_ctrl_d(self):
        terminal = self.open()
        self.assertIn("Lagoon 1.0.0", terminal.seen)
        terminal.line("6 * 7")
        terminal.expect(r"42\r\n> $")
        self.quit(terminal)
        self.assertEqual(terminal.usual, terminal.modes())

    def test_lines_can_be_edited(self):
        terminal = self.open()
        terminal.send("prinX('a')" + "\x02" * 5 + "\x7ft\n")
        terminal.expect(r"\na\r\n> $")
        self.quit(terminal)

    def test_output_of_goroutines_does_not_break_the_line(self):
        terminal = self.open()
        tick = os.path.join(self.folder, "tick")

        def let_tick(i):
            open(tick + str(i), "w").close()

        terminal.line("go(function() for i = 1, 3 do repeat go.sleep(0.01) until io.open('" + tick
                      + "' .. i) print('tick ' .. i) end end)")
        terminal.expect("> $")
        terminal.send("'half ")
        terminal.expect("'half ")
        let_tick(1)
        terminal.expect(r"tick 1\r\n> 'half ")
        let_tick(2)
        terminal.expect(r"tick 2\r\n> 'half ")
        terminal.send("typed'\n")
        terminal.expect(r"\nhalf typed\r\n> ")
        let_tick(3)
        terminal.expect(r"tick 3\r\n> ")
        self.quit(terminal)

    def test_children_and_stderr_do_not_either(self):
        terminal = self.open()
        terminal.line("go(function() go.sleep(0.3) os.execute('echo child') go.sleep(0.5) io.stderr:write('no newline') end)")
        terminal.expect("> $")
        terminal.send("'half'")
        terminal.expect(r"child\r\n> 'half'")
        terminal.expect(r"no newline\r\n> 'half'")
        terminal.send("\n")
        terminal.expect(r"\nhalf\r\n> ")
        self.quit(terminal)

    def test_a_goroutines_error_is_reported_above_the_line(self):
        terminal = self.open()
        terminal.line("go(function() go.sleep(0.2) error('lost') end)")
        terminal.send("'kept'")
        terminal.expect(r"lost.*\r\n> 'kept'")
        terminal.send("\n")
        terminal.expect(r"\nkept\r\n> ")
        self.quit(terminal)

    def test_stdout_is_the_terminal_while_something_runs(self):
        terminal = self.open()
        terminal.line("os.execute('test -t 1 && test -t 2 && echo it is')")
        terminal.expect(r"it is\r\ntrue\texit\t0\r\n> ")
        self.quit(terminal)

    def test_ctrl_c_stops_only_what_runs(self):
        terminal = self.open()
        path = os.path.join(self.folder, "speak")
        terminal.line("x = 0; go(function() repeat go.sleep(0.01) until io.open('" + path
                      + "') print('background lives') end)")
        terminal.line("x = x + 1 print('begun') while true do x = x + 1 end")
        terminal.expect("begun\r\n")
        terminal.send("\x03")
        terminal.expect(r"interrupted!\r\nstack traceback:.*\r\n> ")
        terminal.line("print('begun') chan():recv()")
        terminal.expect("begun\r\n")
        terminal.send("\x03")
        terminal.expect(r"interrupted!.*\r\n> ")
        terminal.line("x > 0")
        terminal.expect(r"true\r\n")
        with open(path, "w", encoding="utf-8"):
            terminal.expect("background lives")
        self.quit(terminal)

    def test_ctrl_c_drops_the_line_being_typed(self):
        terminal = self.open()
        terminal.send("some nonsense")
        terminal.expect("nonsense")
        terminal.send("\x03")
        terminal.expect(r"\^C\r\n> ")
        terminal.line("for i = 1, 2 do")
        terminal.expect(">> ")
        terminal.send("\x03")
        terminal.expect(r"\^C\r\n> ")
        terminal.line("'fresh'")
        terminal.expect(r"fresh\r\n> ")
        self.quit(terminal)

    def test_tab_completes(self):
        terminal = self.open()
        terminal.send("string.rever\t")
        terminal.expect("string.reverse")
        terminal.send("('abc')\n")
        terminal.expect(r"cba\r\n> ")
        terminal.send("c = chan(1); c:try_re\t")
        terminal.send("\x15c = chan(1)\n")
        terminal.expect("> $")
        terminal.send("c:try_re\t")
        terminal.expect("c:try_recv")
        terminal.send("()\n")
        terminal.expect(r"nil\tfalse\tempty\r\n> ")
        self.quit(terminal)

    def test_history_is_kept(self):
        terminal = self.open()
        for line in ("first = 1", "first = 1", "'second'"):
            terminal.line(line)
            terminal.expect("> ")
        terminal.line("do")
        terminal.expect(">> ")
        terminal.send("print('two lines') end\n")
        terminal.expect(r"\ntwo lines\r\n> ")
        self.quit(terminal)
        path = os.path.join(self.folder, "state/lagoon/history")
        self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode))
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file if not line.startswith("#")]
        self.assertEqual(["first = 1", "'second'", "do", "print('two lines') end"], lines)
        terminal = self.open()
        terminal.send("\x10")  # the previous one, whole
        terminal.expect("do.*print")
        terminal.send("\n")
        terminal.expect(r"\ntwo lines\r\n> ")
        terminal.send("\x10\x10\n")
        terminal.expect(r"\nsecond\r\n> ")
        self.quit(terminal)

    def test_commands(self):
        terminal = self.open()
        terminal.line(":help")
        terminal.expect(":goroutines .*> ")
        terminal.line(SLEEPER)
        terminal.line(":stacks")
        terminal.expect("sleeper.*> ")
        terminal.line(":goroutines")
        terminal.expect(r"[12]\r\n> ")  # what was typed before may still be ending
        terminal.line(":nonsense")
        terminal.expect("There is no :nonsense.")
        terminal.send(":quit\n")
        self.assertEqual(0, terminal.wait())

    def test_exit_from_the_background_leaves_a_usable_terminal(self):
        terminal = self.open()
        terminal.line("go(function() go.sleep(0.2) print('bye') os.exit(3) end)")
        terminal.send("half a line")
        terminal.expect("bye")
        self.assertEqual(3, os.waitstatus_to_exitcode(terminal.wait()))
        self.assertEqual(terminal.usual, terminal.modes())

    def test_signals_leave_a_usable_terminal(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            terminal = self.open()
            terminal.send("half")
            terminal.expect("half")
            os.kill(terminal.pid, number)
            self.assertEqual(-number, os.waitstatus_to_exitcode(terminal.wait()))
            self.assertEqual(terminal.usual, terminal.modes())

    def test_ctrl_z_gives_the_terminal_back_for_a_while(self):
        """Under a shell with job control, which goes on when lagoon stops, and then takes it back."""
        script = f"{command.LAGOON}; echo stopped; stty -a; fg"
        terminal = Terminal(self.folder, command_line=["sh", "-mc", script])
        self.addCleanup(terminal.close)
        terminal.expect("> $")
        terminal.send("'kept'")
        terminal.expect("'kept'")
        terminal.send("\x1a")
        terminal.expect("stopped.*[^-]icanon")
        terminal.expect("> 'kept'")
        terminal.send("\n")
        terminal.expect(r"\nkept\r\n> ")
        terminal.send("\x04")
        terminal.wait()

    def test_quit_prints_goroutines(self):
        terminal = self.open()
        terminal.line(SLEEPER)
        terminal.expect("> $")
        terminal.send("\x1c")
        terminal.expect("sleeper")
        self.assertEqual(2, os.waitstatus_to_exitcode(terminal.wait()))
        self.assertEqual(terminal.usual, terminal.modes())

    def test_a_script_that_reads_gets_the_terminal(self):
        terminal = self.open()
        terminal.line("io.read()")
        while not terminal.modes() & termios.ECHO:
            time.sleep(0.001)
        terminal.send("what was typed\n")
        terminal.expect(r"what was typed\r\nwhat was typed\r\n> ")
        self.quit(terminal)

    def test_a_plain_lua_terminal(self):
        """-v or -e without -i: no prompt, even on a terminal."""
        terminal = Terminal(self.folder, "-e", "print('done')")
        self.addCleanup(terminal.close)
        self.assertEqual(0, terminal.wait())
        self.assertIn("done", terminal.seen)


if __name__ == "__main__":
    command.main()
