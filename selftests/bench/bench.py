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
import os
import statistics
import struct
import sys

from cases import CASES, Case, GSO, REPLY, SETUP, SYN, TIMED

DEVICE = "/sys/kernel/debug/nfim_bench"


def spec(case, helper, rounds, per_round):
    proto = 17 if case.transport == "udp" else 6
    out = struct.pack("<16sBBHHHI", helper.encode(), proto, case.nat,
                      case.port, rounds, per_round, len(case.items))
    for flags, data in case.items:
        out += struct.pack("<BI", flags, len(data)) + data
    return out


def measure(case, helper, options):
    """The values of one run, and what else it says."""
    fd = os.open(DEVICE, os.O_RDWR)
    try:
        data = spec(case, helper, options.rounds, options.per_round)
        while data:
            data = data[os.write(fd, data):]
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


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--per-round", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=3,
                        help="times all cases, one after the other")
    parser.add_argument("only", nargs="*", help="names that begin like this")
    options = parser.parse_args()

    cases = [case for case in CASES if not options.only or
             any(case.name.startswith(name) for name in options.only)]
    empty = Case("nothing", "", "tcp", 1, False, [(TIMED, b"x")])
    base = statistics.median(measure(empty, "", options)[0])
    print("#", os.uname().release, "two looks at the clock cost", base)
    values = {}
    for _ in range(options.repeat):
        for case in cases:
            try:
                rounds, other = measure(case, case.helper, options)
            except OSError as error:
                print("#", case.name, case.helper, error)
                continue
            values.setdefault(case, ([], other))[0].extend(rounds)
    for case, (rounds, other) in values.items():
        low, mid, high = (value - base * case.timed() for value in
                          statistics.quantiles(rounds, n=4))
        print("\t".join(map(str, (
            case.name, case.label, "nat" if case.nat else "-",
            round(mid, 1), round(low, 1), round(high, 1),
            other["expected"] / 100, other["in"], other["out"],
            other["verdict"]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
