#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A gateway in a network namespace of one's own, without any rights outside.

Run by `unshare -Ur unshare -n` as an unprivileged user, with a helper's name. Says "opened"
if the helper opened something there, "inert" if not.
"""

import ctypes
import os
import subprocess
import sys

from attack import dialect_of
from attacks.pair import PAIRS, Lost
from attacks.world import CLONE_NEWNET, World, wait_until

RULES = """
table inet helpers {
	ct helper h {
		type "%s" protocol %s;
	}
	chain pre {
		type filter hook prerouting priority mangle; policy accept;
		%s dport %d ct helper set "h"
	}
}
"""


def command(*words, **options):
    subprocess.run(words, check=True, **options)


class Own(World):
    """lan1 and srv are children of this process, the gateway is itself."""

    def __init__(self, holder):
        self.holder = holder
        self.address = {"lan1": "192.168.77.2", "srv": "198.51.100.10"}
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self.fds = {"gw": self.home}
        self.paths = {"gw": "/proc/self/ns/net"}
        for name, gateway in (("lan1", "192.168.77.1"),
                              ("srv", "198.51.100.1")):
            self.add(name, gateway)
        with open("/proc/sys/net/ipv4/ip_forward", "w",
                  encoding="ascii") as forward:
            forward.write("1")

    def add(self, name, gateway):
        pid = os.fork()
        if not pid:
            os.close(self.holder)
            if ctypes.CDLL(None).unshare(CLONE_NEWNET):
                os._exit(1)
            os.read(0, 1)   # returns when the parent is gone
            os._exit(0)
        path = "/proc/%d/ns/net" % pid
        own = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(path) != own, 5)
        self.paths[name] = path
        self.fds[name] = os.open(path, os.O_RDONLY)
        command("ip", "link", "add", name, "type", "veth", "peer", "name",
                "eth0", "netns", str(pid))
        command("ip", "addr", "add", gateway + "/24", "dev", name)
        command("ip", "link", "set", name, "up")
        for words in (("addr", "add", self.address[name] + "/24", "dev",
                       "eth0"), ("link", "set", "eth0", "up"),
                      ("route", "add", "default", "via", gateway)):
            command("nsenter", "--net=" + path, "ip", *words)


def main():
    dialect = dialect_of(sys.argv[1])
    holder = os.pipe()      # the children read from it until we end
    os.dup2(holder[0], 0)
    world = Own(holder[1])
    command("nft", "-f", "-", text=True, input=RULES % (
        dialect.name, dialect.transport, dialect.transport, dialect.port))
    dialect.own = world.address["lan1"]
    pair = PAIRS[dialect.transport](world, dialect.port)
    dialect.greet(pair)
    text = dialect.announce(dialect.own, dialect.service_port)
    try:
        got = pair.up(text, dialect.whole_of(text))
        if dialect.answer(got):
            text = dialect.answer(got)
            pair.down(text, dialect.whole_of(text))
    except Lost as lost:
        print(lost)
    print("opened" if world.expectations() else "inert")


if __name__ == "__main__":
    sys.exit(main())
