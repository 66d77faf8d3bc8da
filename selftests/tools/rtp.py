#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
#
# Datagrams that stand for media:
#
#   rtp.py hear ADDRESS PORT...     says "ready", then "PORT FROM FROMPORT TEXT"
#                                   for each one, until it is killed
#   rtp.py speak                    says "ready", then for each line "ADDRESS
#                                   PORT TO TOPORT TEXT" of stdin sends TEXT
#                                   from there to there
#   rtp.py ports FILE               what a trace of sipp says of sessions: for
#                                   each Call-ID its "c=" and "m=" of the first
#                                   message with a description:
#                                   "CALL-ID ADDRESS PORT"
#
# PORT may be LOW-HIGH or LOW-HIGH/STEP.

import re
import select
import socket
import sys


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def opened(addr, port):
    sock = socket.socket(family(addr), socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((addr, port))
    return sock


def numbers(text):
    m = re.fullmatch(r"(\d+)(?:-(\d+))?(?:/(\d+))?", text)
    low = int(m.group(1))
    return range(low, int(m.group(2) or low) + 1, int(m.group(3) or 1))


def hear(addr, *ports):
    socks = {}
    for text in ports:
        for port in numbers(text):
            socks[opened(addr, port)] = port
    print("ready", flush=True)
    while True:
        for sock in select.select(list(socks), [], [])[0]:
            data, sender = sock.recvfrom(2048)
            print(socks[sock], sender[0], sender[1],
                  data.decode("ascii", "replace"), flush=True)


def speak():
    print("ready", flush=True)
    for line in sys.stdin:
        addr, port, to, to_port, text = line.split(None, 4)
        with opened(addr, int(port)) as sock:
            sock.sendto(text.strip().encode(), (to, int(to_port)))


def ports(path):
    """The first description under each Call-ID."""
    seen = set()
    call = addr = None
    with open(path, errors="replace") as f:
        for line in f:
            line = line.strip()
            name, _, value = line.partition(":")
            if name.lower() == "call-id":
                call, addr = value.strip(), None
            elif line.startswith("c=IN "):
                addr = line.split()[-1]
            elif line.startswith("m=") and call and call not in seen:
                seen.add(call)
                print(call, addr, line.split()[1])


if __name__ == "__main__":
    modes = {"hear": hear, "speak": speak, "ports": ports}
    modes[sys.argv[1]](*sys.argv[2:])
