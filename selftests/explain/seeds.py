#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Small captures for the fuzzer to begin with.

  seeds.py DIRECTORY
"""

import glob
import os
import struct
import sys

from formats import INSIDE6, SERVER6, accept, exchange
from wire import COOKED, COOKED2, ETHERNET, RAW


def packet(side, flags, payload=b"", seq=0, ack=0, server=0):
    return struct.pack("<BbbH", side | flags << 2 | server << 5, seq, ack,
                       len(payload)) + payload


def calls(directory):
    """Messages of SIP in datagrams and segments."""
    found = {}
    for path in glob.glob(os.path.join(directory, "*.bin")):
        with open(path, "rb") as source:
            data = source.read().replace(b"192.168.0.12", b"10.0.0.1")
        name = os.path.basename(path)[:-4]
        if ".nat" in name or len(data) > 2000:
            continue
        side = int(data.startswith(b"SIP/2.0"))
        found["udp-" + name] = b"P" + packet(side, 0, data, server=3)
        found["tcp-" + name] = b"P" + packet(0, 0, server=2) + \
            packet(1, 0, server=2) + packet(side, 2, data[:400], server=2) + \
            packet(side, 2, data[400:], server=2)
    return found


def packets():
    """The fuzzer's own list of segments: a login, offers, repeats."""
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
    here = os.path.dirname(os.path.abspath(__file__))
    seeds.update(calls(os.path.join(here, "../vectors/sip")))
    for name, data in seeds.items():
        with open(os.path.join(sys.argv[1], "explain-" + name), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main()
