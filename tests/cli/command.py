"""What the tests of the command share: running it, with a clean environment."""
import os
import subprocess
import sys
import tempfile
import unittest

LAGOON = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "lagoon"
LIMIT = 60  # seconds; sanitizers and a busy machine are slow


def environment(**changes):
    """Ours, without what would change how lagoon runs."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LUA_", "LAGOON_"))}
    # lagoon ends although a goroutine sits in a long call, and its thread with it.
    env["TSAN_OPTIONS"] = env.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0"
    env.update(changes)
    return env


def run(*args, stdin="", env=None, cwd=None):
    """Runs lagoon; returns the finished process, with text output."""
    return subprocess.run([LAGOON, *args], input=stdin, env=environment(**(env or {})), cwd=cwd,
                          capture_output=True, text=True, timeout=LIMIT, check=False)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        """Writes a file into the folder, and returns its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def prints(self, expected, *args, **how):
        """Runs lagoon, which is to print that and end well."""
        done = run(*args, **how)
        self.assertEqual(("", expected, 0), (done.stderr, done.stdout, done.returncode))

    def fails(self, status, message, *args, **how):
        """Runs lagoon, which is to end with that status and those lines on stderr."""
        done = run(*args, **how)
        self.assertIn(message, done.stderr)
        self.assertEqual(status, done.returncode)
        return done


def main():
    """Runs the tests of the calling module; its first argument is the command's path."""
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
