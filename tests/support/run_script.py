#!/usr/bin/env python3
"""Runs Lua scripts and compares what they do with the expectations in their comments.

    run_script.py --lagoon PATH [--procs 1,2,4,16] [--turn N] [--env K=V]... [--timeout 60] FILE...

Each script runs once for each procs value, as `lagoon --procs N FILE args`, in its own folder.  With
--turn it runs once only: the first FILE under the N-th of these values (from 0), the next file under the
value after it, and so on around.  The environment variable LAGOON holds the command's path, for scripts
that start a second one.

Expectations stand in comments, anywhere in the file, also behind code:

    --> expect: line          the next line of stdout; without any, stdout must be empty
    --> expect any            stdout is not looked at
    --> expect sorted: line   one of stdout's lines, in any order; then every line is given this way
    --> expect error: text    stands in some line of stderr
    --> expect no error: text stands in no line of stderr
    --> expect exit: N        the exit status; 0 unless given
    --> args: a b c           the script's arguments, quoted as in a shell
    --> stdin: text           a line of its input; without any, the input is empty
    --> env: K=V              a variable of its environment
    --> procs: 1,4            run under these only

A `-->` that is none of these is an error, so that a misspelt expectation cannot pass.

A script that runs too long gets SIGQUIT, which makes it print all its goroutines, then SIGKILL.
The exit status is 0 when every run did what it should, else 1.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import difflib
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

POOL = 2                 # scripts that run at the same time
QUIT_GRACE = 5           # seconds a script has to print its goroutines after SIGQUIT
SHOWN_LINES = 40         # of a diff or of stderr, in a report
KEPT_BYTES = 1 << 20     # of each output

DIRECTIVE = re.compile(
    r"-->\s*(expect sorted|expect error|expect no error|expect exit|expect any|expect|args|stdin|env|procs)"
    r"\s*(?::(?: (.*)|(.*))|)$")


class BadScript(Exception):
    """The script's own expectations make no sense."""


@dataclasses.dataclass
class Script:
    """A script and what it says about itself."""
    path: str
    stdout: list = dataclasses.field(default_factory=list)
    sorted_stdout: list = dataclasses.field(default_factory=list)
    any_stdout: bool = False
    errors: list = dataclasses.field(default_factory=list)
    no_errors: list = dataclasses.field(default_factory=list)
    exit: int = 0
    args: list = dataclasses.field(default_factory=list)
    stdin: list = dataclasses.field(default_factory=list)
    env: dict = dataclasses.field(default_factory=dict)
    procs: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Run:
    """What one run of a script did."""
    stdout: str
    stderr: str
    status: int
    timed_out: bool


def parse(path):
    """Reads the expectations of the script at `path`."""
    script = Script(path)
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            if "-->" not in line:
                continue
            match = DIRECTIVE.search(line.rstrip("\n"))
            if not match:
                raise BadScript(f"line {number}: not an expectation: {line.strip()}")
            text = match[2] if match[2] is not None else match[3]
            try:
                take(script, match[1], text)
            except ValueError as why:
                raise BadScript(f"line {number}: {why}") from why
    if script.sorted_stdout and (script.stdout or script.any_stdout):
        raise BadScript("'expect sorted' must then be used for every line")
    if script.any_stdout and script.stdout:
        raise BadScript("'expect any' leaves no place for 'expect:' lines")
    return script


def take(script, name, text):
    """Adds one directive; text is None when no colon stood behind it."""
    if (text is None) != (name == "expect any"):
        raise ValueError(f"'{name}' {'needs' if text is None else 'takes no'} ': text'")
    if name == "expect any":
        script.any_stdout = True
    elif name == "expect exit":
        script.exit = int(text)
    elif name == "args":
        script.args += shlex.split(text)
    elif name == "env":
        key, _, value = text.partition("=")
        script.env[key] = value
    elif name == "procs":
        script.procs += numbers(text)
    else:
        {"expect": script.stdout, "expect sorted": script.sorted_stdout, "expect error": script.errors,
         "expect no error": script.no_errors, "stdin": script.stdin}[name].append(text)


def numbers(text):
    """'1,2,4' -> [1, 2, 4]; raises ValueError for anything else."""
    return [int(part) for part in text.split(",")]


def run(script, lagoon, procs, env, timeout):
    """Runs the script once and collects what it does."""
    command = [lagoon, "--procs", str(procs), os.path.basename(script.path), *script.args]
    # Files, not pipes: a child that outlives the script cannot keep us waiting for the end of its output.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as into:
        into.write("".join(line + "\n" for line in script.stdin).encode())
        into.seek(0)
        process = subprocess.Popen(
            command, cwd=os.path.dirname(script.path), stdin=into, stdout=out, stderr=err,
            env={**os.environ, **env, **script.env, "LAGOON": lagoon}, start_new_session=True)
        timed_out = not ends(process, timeout)
        if timed_out:
            process.send_signal(signal.SIGQUIT)
            ends(process, QUIT_GRACE)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        return Run(kept(out), kept(err), process.returncode, timed_out)


def ends(process, seconds):
    """Waits; false when the time is over and it still runs."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def kept(file):
    """What was written to the file, as text."""
    file.seek(0)
    return file.read(KEPT_BYTES).decode("utf-8", errors="replace")


def complaints(script, did, timeout):
    """What went wrong in a run, as a list of texts; empty when it did what it should."""
    wrong = []
    if did.timed_out:
        wrong.append(f"still running after {timeout:g} s")
    elif did.status != script.exit:
        wrong.append(f"exit status {shown_status(did.status)}, expected {script.exit}")
    wrong += stdout_complaints(script, did.stdout.splitlines())
    lines = did.stderr.splitlines()
    wrong += [f"stderr lacks: {text}" for text in script.errors if not any(text in line for line in lines)]
    wrong += [f"stderr has: {text}" for text in script.no_errors if any(text in line for line in lines)]
    if wrong and lines:
        wrong.append("stderr was:\n" + cut(lines, SHOWN_LINES * (5 if did.timed_out else 1)))
    return wrong


def stdout_complaints(script, lines):
    """How stdout differs from what was expected."""
    if script.any_stdout:
        return []
    if not script.sorted_stdout:
        return diff(script.stdout, lines) if lines != script.stdout else []
    missing = collections.Counter(script.sorted_stdout)
    missing.subtract(lines)
    return diff(sorted(script.sorted_stdout), sorted(lines)) if any(missing.values()) else []


def diff(expected, actual):
    """The difference as one complaint."""
    lines = difflib.unified_diff(expected, actual, "expected", "stdout", lineterm="", n=2)
    return ["stdout differs:\n" + cut(list(lines), SHOWN_LINES)]


def cut(lines, limit):
    """The lines as an indented block of at most `limit` lines."""
    dropped = len(lines) - limit
    if dropped > 0:
        lines = lines[:limit] + [f"... {dropped} more lines"]
    return "\n".join("    " + line for line in lines)


def shown_status(status):
    """-11 -> 'SIGSEGV', 3 -> '3'."""
    return signal.Signals(-status).name if status < 0 else str(status)


def procs_of(script, wanted):
    """Under which procs values a script runs."""
    return [n for n in wanted if not script.procs or n in script.procs] or script.procs


def check(path, procs, options):
    """Runs one script under one procs value (None: parse only); returns (title, complaints)."""
    title = f"{path} (procs {procs})" if procs else path
    try:
        script = parse(path)
        did = run(script, options.lagoon, procs, options.env, options.timeout)
        return title, complaints(script, did, options.timeout)
    except (BadScript, OSError) as why:
        return title, [str(why)]


def arguments(argv):
    """The command line."""
    parser = argparse.ArgumentParser(description="Runs Lua scripts against their expectations.")
    parser.add_argument("--lagoon", required=True, type=os.path.abspath, help="the command to run them with")
    parser.add_argument("--procs", default=[1, 2, 4, 16], type=numbers, help="1,2,4,16 unless given")
    parser.add_argument("--turn", type=int, metavar="N", help="one procs value a script, from the N-th")
    parser.add_argument("--env", action="append", default=[], metavar="K=V")
    parser.add_argument("--timeout", default=60, type=float, help="seconds for each run")
    parser.add_argument("files", nargs="+", type=os.path.abspath, metavar="FILE")
    options = parser.parse_args(argv)
    options.env = dict(pair.partition("=")[::2] for pair in options.env)
    return options


def jobs(options):
    """Every (path, procs) to run; procs is None for a script whose expectations cannot be read."""
    for position, path in enumerate(options.files):
        try:
            values = procs_of(parse(path), options.procs)
        except (BadScript, OSError):
            yield path, None
            continue
        if options.turn is not None:
            values = [values[(options.turn + position) % len(values)]]
        for procs in values:
            yield path, procs


def main(argv):
    """Runs everything; returns the exit status."""
    options = arguments(argv)
    began = time.monotonic()
    failures = runs = 0
    with concurrent.futures.ThreadPoolExecutor(POOL) as pool:
        for title, wrong in pool.map(lambda job: check(*job, options), jobs(options)):
            runs += 1
            failures += bool(wrong)
            if wrong:
                print(f"FAIL {title}", *("  " + text for text in wrong), sep="\n", flush=True)
    print(f"{len(options.files)} scripts, {runs} runs, {failures} failed, {time.monotonic() - began:.1f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
