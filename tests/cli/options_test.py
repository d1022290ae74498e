#!/usr/bin/env python3
"""Options, arguments and variables: all as in lua."""
import os
import subprocess

import command
from command import Case


class Options(Case):
    def test_e_runs_a_string(self):
        self.prints("1\n2\n3\n", "-e", "print(1)", "-eprint(2)", "-e", "print(3)")

    def test_e_shares_globals_with_the_script(self):
        self.prints("5\n", "-e", "x = 5", self.file("s.lua", "print(x)"))

    def test_what_e_started_goes_on_while_the_script_comes(self):
        say = "go.here(function() go.yield(); print('meanwhile'); io.stdout:flush() end)"
        with subprocess.Popen([command.LAGOON, "--procs", "1", "-e", say, "-"], env=command.environment(), text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as script:
            self.assertEqual("meanwhile\n", script.stdout.readline())  # before there is any script
            self.assertEqual("script\n", script.communicate("print('script')", timeout=command.LIMIT)[0])

    def test_e_needs_an_argument(self):
        done = self.fails(1, "'-e' needs argument\nusage: ", "-e")
        self.assertEqual("", done.stdout)
        self.fails(1, "'-l' needs argument", "-l", "-e")

    def test_unknown_options_show_the_usage(self):
        for option in ("-h", "-vv", "-iv", "-Ex", "-Wx", "---", "--no-such-thing", "-x"):
            self.fails(1, f": unrecognized option '{option}'\nusage: ", option)

    def test_l_requires(self):
        self.file("mod.lua", "print('loaded'); return {n = 3}")
        self.prints("loaded\n3\n", "-l", "mod", "-e", "print(mod.n)", cwd=self.folder)
        self.prints("loaded\n3\tnil\n", "-l", "x=mod", "-e", "print(x.n, mod)", cwd=self.folder)
        self.file("mod-v2.lua", "return {n = 4}")
        self.prints("4\n", "-lmod-v2", "-e", "print(mod.n)", cwd=self.folder)
        self.fails(1, "module 'nowhere' not found:", "-l", "nowhere")

    def test_v_names_the_versions(self):
        done = command.run("-v")
        self.assertRegex(done.stdout, r"^Lua 5\.4\.\d+ \(Lagoon 1\.0\.0\)  Copyright .* PUC-Rio\n$")
        self.assertEqual(done.stdout, command.run("--version").stdout)
        self.assertEqual(done.stdout + "x\n", command.run("-v", "-e", "print'x'").stdout)

    def test_help_is_the_usage(self):
        done = command.run("--help")
        self.assertEqual(0, done.returncode)
        self.assertTrue(done.stdout.startswith("usage: "))

    def test_W_turns_warnings_on(self):
        done = command.run("-W", "-e", "warn('w')", "-e", "warn('@off'); warn('x')")
        self.assertEqual("Lua warning: w\n", done.stderr)
        self.assertEqual("", command.run("-e", "warn('w')").stderr)
        done = command.run("-W", "-e", "go.task(function() warn('there') end):join()")
        self.assertEqual("Lua warning: there\n", done.stderr)

    def test_procs(self):
        source = "print(go.runtime.procs())"
        self.prints("3\n", "--procs", "3", "-e", source)
        self.prints("3\n", "--procs=3", "-e", source)
        self.prints("2\n", "-e", source, env={"LAGOON_PROCS": "2"})
        self.prints("3\n", "--procs", "3", "-e", source, env={"LAGOON_PROCS": "2"})
        for wrong in ("0", "-1", "many", "4096", ""):
            self.fails(1, "'--procs' needs a number from 1 to 1024", "--procs", wrong, "-e", "")
        self.fails(1, "'--procs' needs a number", "--procs")
        self.fails(1, "LAGOON_PROCS: 'x' is no number", "-e", "", env={"LAGOON_PROCS": "x"})

    def test_debug_words(self):
        for words in ("place=one", "place=fresh,shake=1", "place=random,preempt=count", "preempt=off", "threads=20",
                      "preempt=every:3", "preempt=every:random", "preempt=every:random:42"):
            self.prints("1\n", "-e", "print(1)", env={"LAGOON_DEBUG": words})
        done = self.fails(1, "LAGOON_DEBUG: 'plaice=one' is none of place=", "-e", "print(1)",
                          env={"LAGOON_DEBUG": "shake=1,plaice=one"})
        self.assertEqual("", done.stdout)
        self.fails(1, "LAGOON_DEBUG: 'threads=0' is none of", "-e", "", env={"LAGOON_DEBUG": "threads=0"})
        self.prints("1\n", "-E", "-e", "print(1)", env={"LAGOON_DEBUG": "plaice=one"})


class Arguments(Case):
    SHOW = "for i = -6, 4 do io.write(i, '=', tostring(arg[i]), ' ') end print(...)"

    def test_arg_surrounds_the_script(self):
        path = self.file("s.lua", self.SHOW)
        self.prints(f"-6=nil -5=nil -4={command.LAGOON} -3=--procs -2=2 -1=-W 0={path} 1=a 2=b "
                    "3=-e 4=nil a\tb\t-e\n", "--procs", "2", "-W", path, "a", "b", "-e")

    def test_without_a_script_the_program_is_the_base(self):
        self.prints(f"{command.LAGOON}\t-e\n", "-e", "print(arg[0], arg[1])")

    def test_dashes_end_the_options(self):
        self.file("-odd.lua", "print(arg[0], ...)")
        self.prints("-odd.lua\t1\n", "--", "-odd.lua", "1", cwd=self.folder)

    def test_a_dash_is_stdin(self):
        self.prints("-h\n", "-", "-h", stdin="print(...)")

    def test_arg_may_be_changed(self):
        self.prints("100\n", "-e", "arg[1] = 100", "-", stdin="print(...)")
        done = self.fails(1, ": 'arg' is not a table\n", "-e", "arg = 1", "-", stdin="")
        self.assertNotIn("traceback", done.stderr)

    def test_many_arguments(self):
        path = self.file("s.lua", "print(select('#', ...), (select(5000, ...)))")
        self.prints("5000\tx5000\n", path, *(f"x{i}" for i in range(1, 5001)))


class Sources(Case):
    def test_stdin_is_a_script_when_it_is_no_terminal(self):
        self.prints("10\n", stdin="print(\n10)\n")

    def test_the_first_line_may_be_a_comment(self):
        self.prints("3\n", self.file("s.lua", "#!/usr/bin/env lagoon\nprint(3)"))
        self.prints("", self.file("t.lua", "# only a comment"))
        self.prints("4\n", self.file("bom.lua", "\ufeff#c\nprint(4)"))

    def test_a_missing_script(self):
        done = self.fails(1, ": cannot open nowhere.lua: No such file", "nowhere.lua")
        self.assertNotIn("traceback", done.stderr)

    def test_init_runs_first(self):
        source = "print(X)"
        self.prints("7\n", "-e", source, env={"LUA_INIT": "X = 7"})
        self.prints("8\n", "-e", source, env={"LUA_INIT": "X = 7", "LUA_INIT_5_4": "X = 8"})
        path = self.file("init.lua", "X = 'file'")
        self.prints("file\n", "-e", source, env={"LUA_INIT": "@" + path})
        self.prints("a\n", "-", "a", stdin="print(X)", env={"LUA_INIT": "X = arg[1]"})
        self.prints("nil\n", "-E", "-e", source, env={"LUA_INIT": "X = 7"})
        self.fails(1, ": LUA_INIT:1: msg", "-e", source, env={"LUA_INIT": "error 'msg'"})

    def test_paths(self):
        source = "io.write(package.path, ' ', package.cpath)"
        self.prints("p c", "-e", source, env={"LUA_PATH": "p", "LUA_CPATH": "c"})
        self.prints("v c", "-e", source, env={"LUA_PATH_5_4": "v", "LUA_PATH": "p", "LUA_CPATH": "c"})
        usual = command.run("-E", "-e", source, env={"LUA_PATH": "p", "LUA_CPATH": "c"}).stdout
        self.assertIn("/usr/local/share/lua/5.4/?.lua", usual)

    def test_goroutines_find_the_same_modules(self):
        self.file("mod.lua", "return {n = 5}")
        self.prints("5\n", "-e", "print(go.task(function() return require 'mod'.n end):join())",
                    env={"LUA_PATH": os.path.join(self.folder, "?.lua")})


if __name__ == "__main__":
    command.main()
