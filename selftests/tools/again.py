#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""Two connections between the same ports, of which the first one dies unseen.

  again.py server ADDRESS
  again.py client ADDRESS SERVER

The server answers what a switchboard would, and resets each connection when an
invitation has come; no such reset must reach anybody. The client is a TCP of its
own, whose second connection has lower sequence numbers than the first; resets of
its host's TCP, which knows nothing of it, must not leave. Both say what they
received, a line for a message.
"""

import os
import select
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pieces import PORT, frame, invitation, say

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SOURCE = 45678
PATIENCE = 60
LINE = b"USR 1 a@example.com x\r\n"
ANSWER = b"USR 1 OK a@example.com A\r\n"


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Connection:
    def __init__(self, sock, me, server, isn):
        self.sock = sock
        self.ends = (me, server)
        self.seq = self.acked = isn
        self.ack = 0
        self.data = b""

    def send(self, flags, seq, data=b""):
        head = struct.pack("!HHIIBBHHH", SOURCE, PORT, seq & 0xffffffff,
                           self.ack, 5 << 4, flags, 60000, 0, 0)
        pseudo = b"".join(map(socket.inet_aton, self.ends)) + \
            struct.pack("!HH", 6, len(head + data))
        check = checksum(pseudo + head + data + b"\0" * (len(data) & 1))
        head = head[:16] + struct.pack("!H", check) + head[18:]
        self.sock.sendto(head + data, (self.ends[1], 0))

    def receive(self):
        packet = self.sock.recv(65535)
        tcp = packet[(packet[0] & 15) * 4:]
        sport, dport, seq, ack, off, flags = struct.unpack("!HHIIBB", tcp[:14])
        if (sport, dport) != (PORT, SOURCE) or flags & RST:
            return
        data = tcp[(off >> 4) * 4:]
        if flags & SYN:
            if ack != (self.seq + 1) & 0xffffffff:
                return
            self.ack = (seq + 1) & 0xffffffff
        elif seq == self.ack and data:
            self.data += data
            self.ack = (seq + len(data)) & 0xffffffff
            self.send(ACK, self.seq)
        if flags & ACK:
            self.acked = ack

    def say(self, flags, data=b"", answer=b""):
        """Until it is acknowledged, and answered."""
        after = self.seq + len(data) + bool(flags & SYN)
        deadline = time.monotonic() + PATIENCE
        while self.acked != after & 0xffffffff or answer not in self.data:
            if time.monotonic() > deadline:
                raise SystemExit("no answer to %r" % data[:20])
            self.send(flags, self.seq, data)
            if select.select([self.sock], [], [], 1)[0]:
                self.receive()
        self.seq = after


def client(me, server):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    for name, isn in (("first", 5000000), ("second", 4000000)):
        one = Connection(sock, me, server, isn)
        one.say(SYN)
        one.say(ACK | PSH, LINE, ANSWER)
        one.say(ACK | PSH, frame(2, invitation(2, me, 50)))
        say(name)
        input()


def server(address):
    listener = socket.create_server((address, PORT))
    say("ready")
    while True:
        sock, _ = listener.accept()
        data = b""
        while b"AuthCookie" not in data:
            got = sock.recv(65536)
            if not got:
                break
            if not data:
                sock.sendall(ANSWER)
            data += got
        say("\n".join(line for line in data.decode().split("\r\n")
                      if line.startswith("IP-Address")))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack("ii", 1, 0))
        sock.close()


if __name__ == "__main__":
    {"client": client, "server": server}[sys.argv[1]](*sys.argv[2:])
