#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What a packet costs in a helper: ours and the kernel's own, interleaved.

In a guest, with the module nfim_bench loaded. One line for each case, separated
by tabs:

  NAME HELPER NAT MEDIAN QUARTILE1 QUARTILE3 EXPECTED IN OUT VERDICT

Values are nanoseconds, or instructions in a guest whose clock counts them, less
what two looks at the clock cost. EXPECTED is expectations per time, IN and OUT
the packet's length before and behind the helper.
"""

import argparse
import json
import os
import resource
import statistics
import struct
import sys
import time

from cases import CASES, Case, SETUP, TIMED
from together import together

DEVICE = "/sys/kernel/debug/nfim_bench"


def spec(case, helper, items, rounds, per_round, client=0, keep=False):
    """@keep: only what is said once; the connection stays."""
    proto = 17 if case.transport == "udp" else 6
    out = struct.pack("<16sBBHHBHHI", helper.encode(), proto, case.nat,
                      case.port, client, keep, rounds, per_round,
                      len(items))
    for flags, data in items:
        out += struct.pack("<BI", flags, len(data)) + data
    return out


def begin(data):
    fd = os.open(DEVICE, os.O_RDWR)
    while data:
        data = data[os.write(fd, data):]
    return fd


def gather(case, helper, there):
    """Others whose connections are there while the case is measured."""
    for client in range(1, case.crowd + 1):
        there.append(begin(spec(case, helper, case.others(client), 1, 1,
                                client, True)))
        os.read(there[-1], 1)
    if case.crowd:
        with open("/proc/net/nf_conntrack_expect", encoding="ascii") as lines:
            print("#", case.name, case.label, "nat" if case.nat else "-",
                  "beside", sum(1 for _ in lines), "expectations")


def measure(case, helper, options):
    """The values of one run, and what else it says."""
    fd = begin(spec(case, helper, case.items, options.rounds,
                    options.per_round, case.client))
    try:
        text = b""
        while more := os.read(fd, 4096):
            text += more
    finally:
        os.close(fd)
    rounds, other = [], {}
    for line in text.decode().splitlines():
        word, value = line.split()
        if word == "round":
            rounds.append(int(value) / 100)
        else:
            other[word] = int(value)
    return rounds, other


def tell(path, text=""):
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(text)
    os.rename(path + ".new", path)


def begin_profile(directory, cases):
    """See profile.py."""
    tell(directory + "/cases", json.dumps([
        (case.key(), sum(bool(flags & SETUP) for flags, _ in case.items),
         [bool(flags & TIMED) for flags, _ in case.items
          if not flags & SETUP]) for case in cases]))
    with open("/proc/kallsyms", encoding="ascii") as symbols:
        tell(directory + "/kallsyms", symbols.read())
    tell(directory + "/ready")
    while not os.path.exists(directory + "/go"):
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--per-round", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=3,
                        help="times all cases, one after the other; those "
                        "that leave something behind once")
    parser.add_argument("--profile", metavar="DIR",
                        help="have a profile made: files of DIR tell when")
    parser.add_argument("--together", action="store_true",
                        help="two processors at once, see together.py")
    parser.add_argument("only", nargs="*",
                        help="cases whose name, helper and nat begin so")
    options = parser.parse_args()

    if options.together:
        return together(measure, options)
    cases = [case for case in CASES if not options.only or
             any(case.key().startswith(name) for name in options.only)]
    empty = Case("nothing", "", "tcp", 1, False, [(TIMED, b"x")])
    base = statistics.median(measure(empty, "", options)[0])
    print("#", os.uname().release, "two looks at the clock cost", base)
    values, status = {}, 0
    # Each connection is a file.
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    if options.profile:
        begin_profile(options.profile, cases)
    # What leaves something behind comes once, when all else has been measured.
    for case in [case for case in cases if not case.lasting()] * \
            options.repeat + [case for case in cases if case.lasting()]:
        there = []
        try:
            gather(case, case.helper, there)
            rounds, other = measure(case, case.helper, options)
        except OSError as error:
            print("#", case.name, case.helper, error)
            status = 1
            continue
        finally:
            for fd in there:
                os.close(fd)
        values.setdefault(case, ([], other))[0].extend(rounds)
    if options.profile:
        tell(options.profile + "/done")
    for case, (rounds, other) in values.items():
        low, mid, high = (value - base * case.timed() for value in
                          statistics.quantiles(rounds, n=4))
        print("\t".join(map(str, (
            case.key(), round(mid, 1), round(low, 1), round(high, 1),
            other["expected"] / 100, other["in"], other["out"],
            other["verdict"]))))
    return status


if __name__ == "__main__":
    sys.exit(main())
