# SPDX-License-Identifier: GPL-2.0
"""The network of topology.sh as one process sees it.

A socket belongs to the namespace in which it was made, so one process can be the
attacker inside, its server outside and a stranger, and look at the gateway.
"""

import contextlib
import ctypes
import os
import re
import socket
import subprocess
import time

CLONE_NEWNET = 0x40000000
PATIENCE = 8        # seconds for what must come
SHORT = 1.0         # seconds for what must not come

libc = ctypes.CDLL(None, use_errno=True)


def wait_until(true, seconds=PATIENCE):
    """Whether true() becomes true; looks often."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Expectation:
    """A line of /proc/net/nf_conntrack_expect."""

    def __init__(self, line):
        field = dict(re.findall(r"\b(\w+) ?= ?(\S+)", line))
        self.proto = {"6": "tcp", "17": "udp"}.get(field["proto"])
        self.src = field["src"]
        self.dst = field["dst"]
        self.sport = int(field.get("sport", 0))
        self.dport = int(field["dport"])
        self.active = "INACTIVE" not in line
        first = line.split()[0]
        self.seconds = int(first) if first.isdigit() else 0
        self.key = (self.proto, self.src, self.dst, self.dport)

    def __str__(self):
        return "%s %s:%d" % (self.proto, self.dst, self.dport)


class World:
    """The namespaces, by the short names of topology.sh."""

    def __init__(self, suffix, addresses):
        self.fds = {}
        self.paths = {}
        self.address = addresses
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        for name in ("lan1", "lan2", "gw", "rt", "srv", "peer"):
            self.paths[name] = "/run/netns/%s-%s" % (name, suffix)
            self.fds[name] = os.open(self.paths[name], os.O_RDONLY)

    @contextlib.contextmanager
    def within(self, name):
        """This thread is in that namespace meanwhile."""
        if libc.setns(self.fds[name], CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns " + name)
        try:
            yield
        finally:
            libc.setns(self.home, CLONE_NEWNET)

    def socket(self, where, kind=socket.SOCK_STREAM, proto=0):
        with self.within(where):
            sock = socket.socket(socket.AF_INET, kind, proto)
        if kind != socket.SOCK_RAW:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.settimeout(PATIENCE)
        return sock

    def listen(self, where, port, address=""):
        sock = self.socket(where)
        sock.bind((address, port))
        sock.listen(500)
        return sock

    def datagrams(self, where, port, address=""):
        sock = self.socket(where, socket.SOCK_DGRAM)
        sock.bind((address, port))
        return sock

    def run(self, where, *command, **options):
        return subprocess.run(("nsenter", "--net=" + self.paths[where]) +
                              command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              check=False, **options)

    def expectations(self, where="gw"):
        with self.within(where), \
                open("/proc/thread-self/net/nf_conntrack_expect",
                     encoding="ascii") as table:
            return [Expectation(line) for line in table]

    def flows(self, *words):
        """Lines of conntrack's table with all these words."""
        table = self.run("gw", "conntrack", "-L").stdout.splitlines()
        return [line for line in table if all(word in line for word in words)]

    def forget(self):
        """The gateway starts afresh: no connection, no expectation."""
        self.run("gw", "conntrack", "-F")
        wait_until(lambda: not self.expectations())

    def objects(self):
        """Objects in use in conntrack's slab caches and the module's."""
        found = {}
        for name in os.listdir("/sys/kernel/slab"):
            if name.startswith(("nf_conntrack", "nfim_")):
                found[name] = slab_objects(name)
        return found


def slab_objects(name):
    path = "/sys/kernel/slab/" + name
    try:
        # Sends those away that are only kept in hand.
        with open(path + "/shrink", "w", encoding="ascii") as shrink:
            shrink.write("1")
        with open(path + "/objects", encoding="ascii") as objects:
            return int(objects.read().split()[0])
    except OSError:
        return 0
