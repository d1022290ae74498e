#!/usr/bin/env python3
"""Checks that run_script.py notices what it is there to notice.

The scripts here are shell scripts, and the command that runs them is a shell script too: it drops
`--procs N`, puts N into PROCS and runs the file.
"""
import contextlib
import io
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import run_script  # noqa: E402

FAKE = """#!/bin/sh
[ "$1" = --procs ] || exit 99
PROCS=$2
export PROCS
shift 2
exec /bin/sh "$@"
"""


class RunScript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.lagoon = self.write("lagoon", FAKE)
        os.chmod(self.lagoon, 0o755)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_it(self, text, *options, procs="1"):
        """Runs one script; returns (exit status, what was printed)."""
        path = self.write("script.lua", text)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = run_script.main(["--lagoon", self.lagoon, "--procs", procs, *options, path])
        return status, printed.getvalue()

    def passes(self, text, *options, **more):
        status, printed = self.run_it(text, *options, **more)
        self.assertEqual(status, 0, printed)
        return printed

    def fails(self, says, text, *options, **more):
        status, printed = self.run_it(text, *options, **more)
        self.assertEqual(status, 1, printed)
        self.assertIn(says, printed)
        self.assertIn("1 failed", printed)

    def test_right_output_passes(self):
        self.passes("echo a # --> expect: a\necho b # --> expect: b\n")

    def test_wrong_output_fails(self):
        self.fails("+b", "echo b # --> expect: a\n")

    def test_missing_line_fails(self):
        self.fails("-b", "echo a\n# --> expect: a\n# --> expect: b\n")

    def test_extra_line_fails(self):
        self.fails("+b", "echo a; echo b\n# --> expect: a\n")

    def test_order_matters(self):
        self.fails("stdout differs", "echo a; echo b\n# --> expect: b\n# --> expect: a\n")

    def test_unexpected_output_fails(self):
        self.fails("+a", "echo a\n")

    def test_empty_line_is_a_line(self):
        self.passes("echo; echo a\n# --> expect:\n# --> expect: a\n")
        self.fails("stdout differs", "echo; echo a\n# --> expect: a\n")

    def test_any_output_may_be_allowed(self):
        self.passes("echo $$ # --> expect any\n")

    def test_sorted_ignores_order_only(self):
        lines = "# --> expect sorted: a\n# --> expect sorted: b\n# --> expect sorted: b\n"
        self.passes("echo b; echo a; echo b\n" + lines)
        self.fails("stdout differs", "echo b; echo a\n" + lines)
        self.fails("stdout differs", "echo b; echo a; echo a\n" + lines)

    def test_sorted_cannot_be_mixed(self):
        self.fails("every line", "echo a\n# --> expect sorted: a\n# --> expect: b\n")

    def test_wrong_exit_fails(self):
        self.fails("exit status 3, expected 0", "exit 3\n")
        self.fails("exit status 0, expected 3", "exit 0 # --> expect exit: 3\n")
        self.passes("exit 3 # --> expect exit: 3\n")

    def test_error_does_not_change_the_expected_exit(self):
        self.fails("exit status 1, expected 0", "echo oh no >&2; exit 1 # --> expect error: oh\n")

    def test_death_by_signal_fails(self):
        self.fails("exit status SIGSEGV, expected 0", "kill -SEGV $$\n")

    def test_missing_error_fails(self):
        self.fails("stderr lacks: oh", "exit 0 # --> expect error: oh\n")
        self.fails("stderr lacks: oh yes", "echo oh no >&2 # --> expect error: oh yes\n")
        self.passes("echo oh no >&2 # --> expect error: oh\n")

    def test_unwanted_error_fails(self):
        self.fails("stderr has: oh", "echo oh no >&2 # --> expect no error: oh\n")
        self.passes("exit 0 # --> expect no error: oh\n")

    def test_a_failure_shows_stderr(self):
        self.fails("    because of this", "echo because of this >&2; exit 1\n")

    def test_arguments_and_input_and_environment(self):
        self.passes('echo "$2"   # --> args: a "b c"\n# --> expect: b c\n')
        self.passes("cat         # --> stdin: x\n# --> stdin: y\n# --> expect: x\n# --> expect: y\n")
        self.passes("cat\n")
        self.passes("echo $A$B   # --> env: A=1=2\n# --> expect: 1=23\n", "--env", "B=3")
        self.passes('[ "$LAGOON" = "$PWD/lagoon" ] || exit 1\n')

    def test_runs_in_the_folder_of_the_script(self):
        self.passes("[ -f script.lua ] || exit 1\n[ $0 = script.lua ] || exit 1\n")

    def test_every_procs_value_is_run(self):
        self.assertIn("3 runs", self.passes("exit 0\n", procs="1,2,4"))
        self.fails("(procs 4)", "[ $PROCS = 4 ] && exit 1; exit 0\n", procs="1,2,4")

    def test_scripts_take_turns_with_procs_values(self):
        paths = [self.write(f"{i}.lua", f"echo $PROCS # --> expect: {n}\n") for i, n in enumerate([4, 1, 4])]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = run_script.main(["--lagoon", self.lagoon, "--procs", "1,4", "--turn", "1", *paths])
        self.assertEqual(status, 0, printed.getvalue())
        self.assertIn("3 scripts, 3 runs", printed.getvalue())
        self.passes("echo $PROCS # --> procs: 2\n# --> expect: 2\n", "--turn", "1", procs="1,4")

    def test_a_script_restricts_procs(self):
        self.assertIn("1 runs", self.passes("echo $PROCS # --> procs: 2\n# --> expect: 2\n", procs="1,2,4"))
        self.assertIn("1 runs", self.passes("echo $PROCS # --> procs: 8\n# --> expect: 8\n", procs="1,2,4"))

    def test_misspelt_expectation_fails(self):
        self.fails("line 2: not an expectation", "exit 0\n# --> expct: a\n")
        self.fails("needs ': text'", "exit 0 # --> expect\n")
        self.fails("takes no ': text'", "exit 0 # --> expect any: a\n")
        self.fails("line 1", "exit 0 # --> expect exit: none\n")

    def test_missing_file_fails(self):
        status = None
        with contextlib.redirect_stdout(io.StringIO()):
            status = run_script.main(["--lagoon", self.lagoon, os.path.join(self.folder, "none.lua")])
        self.assertEqual(status, 1)

    def test_missing_command_fails(self):
        self.lagoon = os.path.join(self.folder, "none")
        self.fails("No such file", "exit 0\n")

    def test_timeout_asks_for_the_goroutines(self):
        dumper = "trap 'echo goroutine 1 >&2; exit 2' QUIT\nwhile :; do sleep 0.05; done\n"
        for seconds in "0.3", "3":  # the first one may be over before the shell has set its trap
            status, printed = self.run_it(dumper, "--timeout", seconds)
            self.assertEqual(status, 1, printed)
            self.assertIn(f"still running after {seconds} s", printed)
            if "    goroutine 1" in printed:
                break
        self.assertIn("    goroutine 1", printed)

    def test_timeout_kills_what_ignores_it(self):
        grace, run_script.QUIT_GRACE = run_script.QUIT_GRACE, 0.3
        try:
            self.fails("still running", "trap '' QUIT\nwhile :; do sleep 0.05; done\n", "--timeout", "0.3")
        finally:
            run_script.QUIT_GRACE = grace

    def test_a_child_left_behind_is_no_hang(self):
        self.passes("sleep 30 &\nexit 0\n")


if __name__ == "__main__":
    unittest.main()
