#!/usr/bin/env python3
"""The examples that serve, with real clients; and what clients and systems may do to a server."""
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

import command
from command import Case

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


# Half of these leave something that the server has not read when it is killed: that is a reset.
KILLED = """
local net = require "go.net"
local whole, reset, wg, begun = go.sync.atomic(0), go.sync.atomic(0), go.sync.waitgroup(), chan()
for i = 1, 20 do
  wg:go(function()
    local conn = assert(net.dial("tcp", "127.0.0.1:" .. arg[1]))
    if i % 2 == 0 then conn:write "never read" end
    assert(conn:read(250) == ("x"):rep(250))
    begun:send(true)
    local data, _, code = conn:read(500)
    if data and #data == 250 and select(3, conn:read()) == "eof" then whole:add(1) end
    if code == "reset" then reset:add(1) end
  end)
end
for _ = 1, 20 do begun:recv() end
print "all wait"
io.stdout:flush()
wg:wait()
print(("%d had what came, and %d were told of a reset"):format(whole:load(), reset:load()))
"""


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


class Serving(Case):
    def serve(self, script, *args, limit=None):
        """Starts lagoon with that script of scripts/ (or a path) on a free port; returns the process and its address."""
        def lower():
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        path = script if os.path.isabs(script) else os.path.join(ROOT, "scripts", script)
        server = subprocess.Popen([command.LAGOON, path, "127.0.0.1:0", *args], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, env=command.environment(),
                                  preexec_fn=lower if limit else None)

        def end():
            server.kill()
            server.communicate()
        self.addCleanup(end)
        line = server.stdout.readline()
        self.assertTrue(line.startswith("listening on "), line)
        host, port = line.split()[-1].rsplit(":", 1)
        return server, (host, int(port))

    def connect(self, address):
        peer = socket.create_connection(address, timeout=command.LIMIT)
        self.addCleanup(peer.close)
        return peer

    def echoes(self, address, text=b"still there?"):
        with socket.create_connection(address, timeout=command.LIMIT) as peer:
            peer.sendall(text)
            peer.shutdown(socket.SHUT_WR)
            self.assertEqual(text, b"".join(iter(lambda: peer.recv(65536), b"")))


class Examples(Serving):
    @needs("curl")
    def test_http_fixed_and_curl(self):
        _, (host, port) = self.serve("http_fixed.lua")
        url = f"http://{host}:{port}/"
        done = subprocess.run(["curl", "-sS", url, url], capture_output=True, text=True, timeout=command.LIMIT)
        self.assertEqual(("Hello, World!" * 2, ""), (done.stdout, done.stderr))

    @needs("wrk")
    def test_http_fixed_and_wrk(self):
        _, (host, port) = self.serve("http_fixed.lua")
        done = subprocess.run(["wrk", "-t1", "-c50", "-d1s", f"http://{host}:{port}/"],
                              capture_output=True, text=True, timeout=command.LIMIT)
        self.assertIn("Requests/sec", done.stdout)
        self.assertNotIn("Socket errors", done.stdout)
        self.assertNotIn("Non-2xx", done.stdout)

    @needs("nc")
    def test_echo_server_and_nc(self):
        _, (host, port) = self.serve("echo_server.lua")
        client = subprocess.Popen(["nc", host, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        client.stdin.write("one\n")
        client.stdin.flush()
        self.assertEqual("one\n", client.stdout.readline())
        client.kill()
        client.communicate()

    def test_chat(self):
        _, address = self.serve("chat.lua")
        ann, bob = self.connect(address).makefile("rw"), self.connect(address).makefile("rw")

        def say(who, text):
            who.write(text + "\n")
            who.flush()
        say(ann, "ann")
        self.assertEqual("ann is here\n", ann.readline())
        say(bob, "bob")
        self.assertEqual("bob is here\n", bob.readline())
        self.assertEqual("bob is here\n", ann.readline())
        say(ann, "hi")
        self.assertEqual("ann: hi\n", bob.readline())

    @needs("curl")
    def test_tcp_proxy_before_http_fixed(self):
        _, (host, port) = self.serve("http_fixed.lua")
        _, (proxy, proxy_port) = self.serve("tcp_proxy.lua", f"{host}:{port}")
        done = subprocess.run(["curl", "-sS", f"http://{proxy}:{proxy_port}/"], capture_output=True, text=True,
                              timeout=command.LIMIT)
        self.assertEqual(("Hello, World!", ""), (done.stdout, done.stderr))

    def test_port_scan(self):
        _, (host, port) = self.serve("echo_server.lua")
        done = command.run(os.path.join(ROOT, "scripts/port_scan.lua"), host, str(port), str(port))
        self.assertEqual((f"{port}\n", ""), (done.stdout, done.stderr))


class Faults(Serving):
    def test_clients_that_are_killed_or_reset(self):
        server, address = self.serve("echo_server.lua")
        for _ in range(50):
            peer = socket.create_connection(address, timeout=command.LIMIT)
            peer.sendall(b"x" * 1000)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
            peer.close()
        flood = subprocess.Popen(["python3", "-c", "import socket, sys\n"
                                  f"s = socket.create_connection({address!r})\n"
                                  "while True: s.sendall(b'x' * 65536)"])
        time.sleep(0.2)
        flood.send_signal(signal.SIGKILL)
        flood.wait()
        self.echoes(address)
        self.assertIsNone(server.poll())

    def test_a_server_that_is_killed_in_the_middle_of_a_message(self):
        server = subprocess.Popen(["python3", "-u", "-c", "import socket, time\n"
                                   "l = socket.create_server(('127.0.0.1', 0))\n"
                                   "print(l.getsockname()[1])\n"
                                   "peers = []\n"
                                   "while True:\n"
                                   "    peers.append(l.accept()[0])\n"
                                   "    peers[-1].sendall(b'x' * 500)\n"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        port = server.stdout.readline().strip()
        client = subprocess.Popen([command.LAGOON, self.file("client.lua", KILLED), port], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=command.environment())
        self.addCleanup(client.kill)
        self.assertEqual("all wait\n", client.stdout.readline())
        server.kill()
        out, err = client.communicate(timeout=command.LIMIT)
        self.assertEqual(("10 had what came, and 10 were told of a reset\n", "", 0), (out, err, client.returncode))

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        _, address = self.serve("echo_server.lua")
        slow = self.connect(address)
        text = os.urandom(8 << 20)
        sender = threading.Thread(target=lambda: (slow.sendall(text), slow.shutdown(socket.SHUT_WR)))
        sender.start()
        for _ in range(20):
            self.echoes(address)
        got = bytearray()
        while data := slow.recv(1 << 16):
            got += data
            if len(got) < 1 << 20:
                time.sleep(0.001)
        sender.join()
        self.assertEqual(text, got)

    def test_at_the_limit_of_descriptors(self):
        server, address = self.serve("echo_server.lua", limit=64)
        kept = [self.connect(address) for _ in range(300)]
        time.sleep(0.3)
        with open(f"/proc/{server.pid}/stat", encoding="ascii") as stat:
            before = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
        time.sleep(0.5)
        with open(f"/proc/{server.pid}/stat", encoding="ascii") as stat:
            used = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13])) - before
        self.assertLess(used, 25)  # ticks of 10 ms, of 50: it does not spin
        for _ in range(5):  # the machine may be busy
            for peer in kept:
                peer.close()
            began = time.monotonic()
            self.echoes(address)
            took = time.monotonic() - began
            if took < 1:
                break
            kept = [self.connect(address) for _ in range(300)]
        self.assertLess(took, 1)  # at rest within 0.1 s, what was kept is answered before
        for _ in range(20 if os.environ.get("TSAN_OPTIONS") else 200):
            peers = [socket.create_connection(address, timeout=command.LIMIT) for _ in range(50)]
            for peer in peers:
                peer.sendall(b"!")
            for peer in peers:
                self.assertEqual(b"!", peer.recv(1))
                peer.close()
        self.assertIsNone(server.poll())


if __name__ == "__main__":
    command.main()
