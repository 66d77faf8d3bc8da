#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Small captures for the fuzzer to begin with.

  seeds.py DIRECTORY
"""

import os
import struct
import sys

from formats import INSIDE6, SERVER6, accept, exchange
from wire import COOKED, COOKED2, ETHERNET, RAW


def packets():
    """The fuzzer's own list of segments: a login, offers, repeats."""
    def packet(side, flags, payload=b"", seq=0, ack=0):
        return struct.pack("BbbB", side | flags << 2, seq, ack,
                           len(payload)) + payload

    message = accept("10.0.0.1")
    out = [packet(0, 0), packet(1, 0), packet(0, 1),
           packet(0, 2, b"USR 1 a@b c\r\n"), packet(1, 2, b"USR 1 OK a b\r\n"),
           packet(0, 2, message), packet(1, 1),
           packet(0, 2, message[:100], seq=-128), packet(0, 2, message),
           packet(0, 3), packet(1, 3)]
    return b"P" + b"".join(out)


def main():
    plain, v6 = exchange(), exchange(INSIDE6, SERVER6)
    seeds = {"ethernet": plain.pcap(), "pcapng": plain.pcapng(),
             "vlan": plain.converted(ETHERNET, True).pcap(),
             "v6": v6.pcap(), "packets": packets()}
    for name, link in (("cooked", COOKED), ("cooked2", COOKED2), ("raw", RAW)):
        seeds[name] = plain.converted(link).pcap()
    for name, data in seeds.items():
        with open(os.path.join(sys.argv[1], "explain-" + name), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main()
