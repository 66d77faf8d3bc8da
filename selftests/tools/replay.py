#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Plays a recorded MSNP exchange through the gateway, over real sockets.

  replay.py CAPTURE --client-ns NS --server-ns NS

CAPTURE is a pcap of the inside hop. Both ends are played by this one process, each
in its own network namespace: the client connects from the recorded address
and port, the server listens where the recorded one did, and every payload is sent in
the recorded order with the recorded segmentation.

Says "paused" when all was sent and the connections are still open, waits for a
line on stdin, and then tells for each stream what arrived otherwise than it was
recorded, as lines "CLIENTPORT>SERVERPORT -LINE" and "... +LINE", and "same" or
"differs" in the end.
"""

import argparse
import ctypes
import difflib
import os
import select
import socket
import struct
import sys
import time

MSNP_PORTS = (1863, 1864)
PATIENCE = 20
SETTLED = 0.5       # a held or resized message shows within this time


class Failure(Exception):
    pass


def say(*words):
    print(*words, flush=True)


# --- reading the capture ---------------------------------------------------

def packets(path):
    """IPv4 packets of a classic pcap file with Ethernet frames."""
    with open(path, "rb") as source:
        head = source.read(24)
        order = "<" if head[:4] == b"\xd4\xc3\xb2\xa1" else ">"
        if struct.unpack(order + "I", head[20:24])[0] != 1:
            raise Failure("%s is no Ethernet capture" % path)
        while True:
            head = source.read(16)
            if len(head) < 16:
                return
            frame = source.read(struct.unpack(order + "IIII", head)[2])
            if frame[12:14] == b"\x08\x00":
                yield frame[14:]


class Segment:
    """A TCP segment."""

    def __init__(self, packet):
        header = (packet[0] & 15) * 4
        total = struct.unpack("!H", packet[2:4])[0]
        tcp = packet[header:total]
        self.src = socket.inet_ntoa(packet[12:16])
        self.dst = socket.inet_ntoa(packet[16:20])
        self.sport, self.dport, self.seq = struct.unpack("!HHI", tcp[:8])
        self.syn = bool(tcp[13] & 2)
        self.payload = tcp[(tcp[12] >> 4) * 4:]


class Step:
    """Something that one end does: connect (data is None) or send."""

    def __init__(self, key, from_client, data):
        self.key = key              # (client, client port, server, server port)
        self.from_client = from_client
        self.data = data


def read_steps(path):
    steps = []
    following = {}      # (key, from_client) -> next sequence number
    for packet in packets(path):
        if packet[9] != socket.IPPROTO_TCP:
            continue
        seg = Segment(packet)
        if seg.dport in MSNP_PORTS:
            key = (seg.src, seg.sport, seg.dst, seg.dport)
            from_client = True
        elif seg.sport in MSNP_PORTS:
            key = (seg.dst, seg.dport, seg.src, seg.sport)
            from_client = False
        else:
            continue
        stream = key, from_client
        if seg.syn:
            following[stream] = (seg.seq + 1) & 0xffffffff
            if from_client:
                steps.append(Step(key, True, None))
        elif seg.payload and following.get(stream) == seg.seq:
            # Anything else is a repetition.
            following[stream] = (seg.seq + len(seg.payload)) & 0xffffffff
            steps.append(Step(key, from_client, seg.payload))
    if not steps:
        raise Failure("no MSNP in %s" % path)
    return steps


# --- playing it ------------------------------------------------------------

def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/run/netns/" + namespace) as handle:
        if libc.setns(handle.fileno(), 0):
            raise Failure("setns: %s" % os.strerror(ctypes.get_errno()))


class Stream:
    """One direction of a connection."""

    def __init__(self, sender, receiver):
        self.sender = sender
        self.receiver = receiver
        self.sent = bytearray()
        self.received = bytearray()

    def read(self, seconds):
        if not select.select([self.receiver], [], [], seconds)[0]:
            return False
        more = self.receiver.recv(65536)
        if not more:
            raise Failure("connection closed in the middle")
        self.received += more
        return True

    def send(self, data):
        """Sends, and waits until it is there, as far as it comes now."""
        grown = len(self.received) - len(self.sent)
        self.sender.sendall(data)
        self.sent += data
        deadline = time.monotonic() + PATIENCE
        while len(self.received) < len(self.sent) + grown:
            if time.monotonic() > deadline:
                raise Failure("nothing arrives")
            if not self.read(SETTLED) and self.received:
                return      # held back, or shorter than it was


class Player:
    def __init__(self, client_ns, server_ns):
        self.client_ns = client_ns
        self.server_ns = server_ns
        self.listeners = {}
        self.streams = {}       # (key, from_client) -> Stream

    def listen(self, steps):
        enter(self.server_ns)
        for key in {step.key for step in steps}:
            if key[2:] not in self.listeners:
                sock = socket.socket()
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind(key[2:])
                sock.listen(10)
                sock.settimeout(PATIENCE)
                self.listeners[key[2:]] = sock

    def connect(self, key):
        enter(self.client_ns)
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(key[:2])
        client.settimeout(PATIENCE)
        client.connect(key[2:])
        server = self.listeners[key[2:]].accept()[0]
        for sock in client, server:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.streams[key, True] = Stream(client, server)
        self.streams[key, False] = Stream(server, client)

    def play(self, steps):
        self.listen(steps)
        for step in steps:
            if step.data is None:
                self.connect(step.key)
            elif (step.key, step.from_client) in self.streams:
                self.streams[step.key, step.from_client].send(step.data)
        by_socket = {s.receiver: s for s in self.streams.values()}
        while True:
            ready = select.select(list(by_socket), [], [], SETTLED)[0]
            if not ready:
                return
            for sock in ready:
                by_socket[sock].read(0)


def report(streams):
    same = True
    for (key, from_client), stream in streams.items():
        if stream.sent == stream.received:
            continue
        same = False
        name = "%s>%s" % ((key[1], key[3]) if from_client else
                          (key[3], key[1]))
        old, new = ([line.decode("latin-1").rstrip("\r") for line in
                     bytes(data).split(b"\n")]
                    for data in (stream.sent, stream.received))
        for line in difflib.unified_diff(old, new, n=0, lineterm=""):
            if line[:2] not in ("--", "++", "@@"):
                say(name, line)
    say("same" if same else "differs")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("capture")
    parser.add_argument("--client-ns", required=True)
    parser.add_argument("--server-ns", required=True)
    args = parser.parse_args()
    try:
        player = Player(args.client_ns, args.server_ns)
        player.play(read_steps(args.capture))
        say("paused")
        os.read(0, 100)
        report(player.streams)
    except (Failure, OSError) as error:
        say("failed:", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
