#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Where the instructions of helper->help() go, from what qemu logs.

  profile.py SOCKET LOG DIR LINES

SOCKET is qemu's monitor. When the guest says in DIR that it is ready, qemu is
asked to log each block of code that it translates and runs to LOG, until the
guest says that it is done.
"""

import bisect
import collections
import json
import os
import re
import socket
import sys
import threading
import time

EXEC = re.compile(r"^Trace \d+: 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/")
INSN = re.compile(r"^0x([0-9a-f]+):")


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.1)


def drive(path, out):
    """Ask for the log at the right time."""
    wait_for(out + "/ready")
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.connect(path)
        monitor.recv(4096)
        monitor.sendall(b"log in_asm,exec,nochain\n")
        time.sleep(0.5)
        with open(out + "/go", "wb"):
            pass
        wait_for(out + "/done")
        monitor.sendall(b"log none\n")
        time.sleep(0.5)
        monitor.recv(65536)


def read_symbols(path):
    found = []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words[1] in "tTwW":
                found.append((int(words[0], 16), words[2],
                              words[3][1:-1] if len(words) > 3 else ""))
    found.sort()
    return [f[0] for f in found], found


def read_log(path):
    """(instructions of each block by address, addresses in their order)"""
    length, order = {}, collections.deque()
    block = None
    with open(path, encoding="ascii", errors="replace") as lines:
        for line in lines:
            match = EXEC.match(line)
            if match:
                order.append(int(match.group(1), 16))
                continue
            if line.startswith("IN:"):
                block = None
                continue
            match = INSN.match(line)
            if match:
                at = int(match.group(1), 16)
                if block is None:
                    block = at
                    length[block] = 0
                length[block] += 1
    return length, order


def is_entry(name):
    return name.endswith("_help") or name.startswith(("help", "sip_help_"))


class Profile:
    """Of one case: where the instructions of its timed calls go."""

    def __init__(self, name, setup, timed):
        self.name = name
        self.setup = setup
        self.timed = timed
        self.calls = 0
        self.measured = 0
        self.own = collections.Counter()
        self.below = collections.Counter()

    def enter(self):
        """Return: whether this call of help() is of interest."""
        at = self.calls - self.setup
        self.calls += 1
        inside = at >= 0 and self.timed[at % len(self.timed)]
        self.measured += inside
        return inside

    def count(self, order, names, length):
        """Take this case's blocks from the front of the order."""
        inside, entered, owner = False, False, ""
        while order:
            at = order[0]
            name, module = names[at]
            if module == "nfim_bench":
                if name == "bench_open" and self.calls:
                    break
                inside = entered = False
            elif module and not entered and is_entry(name):
                entered = True
                inside = self.enter()
            order.popleft()
            if not inside:
                continue
            if module:
                owner = name
                self.own[name, module] += length.get(at, 0)
            elif module != "nfim_bench":
                self.below[name, owner] += length.get(at, 0)

    def show(self, limit):
        print("\n" + self.name.replace("\t", ", "))
        for what, title in ((self.own, "modules"),
                            (self.below, "the kernel, for whom")):
            print("%9.0f  %s" % (sum(what.values()) / max(self.measured, 1),
                                 title))
            for (name, whose), n in what.most_common(limit):
                print("%9.0f    %s (%s)" % (n / max(self.measured, 1), name,
                                            whose))


def main():
    monitor, log, out, limit = sys.argv[1:]
    threading.Thread(target=drive, args=(monitor, out), daemon=True).start()
    length, order = read_log(log)
    starts, symbols = read_symbols(out + "/kallsyms")

    def symbol(at):
        i = bisect.bisect_right(starts, at) - 1
        return symbols[i][1:] if i >= 0 else ("?", "")

    with open(out + "/cases", encoding="utf-8") as file:
        cases = json.load(file)
    names = {at: symbol(at) for at in set(order)}
    for name, setup, timed in cases:
        profile = Profile(name, setup, timed)
        profile.count(order, names, length)
        profile.show(int(limit))


if __name__ == "__main__":
    main()
