# SPDX-License-Identifier: GPL-2.0
"""Both ends of a conversation through the gateway, in one process."""

import argparse
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "..", "attack"))

# pylint: disable=wrong-import-position
from attacks.world import World, wait_until     # noqa: E402
from .text import Broken, Dialog, header, message, reply, sdp   # noqa: E402

FACTS = []


class Fails(Exception):
    """The helper does not do what the fact asks for."""


def need(true, why):
    if not true:
        raise Fails(why)


def fact(item, what, slow=False):
    """Registers a function as a row: item of the list, and what is asked."""
    def register(function):
        function.item, function.what, function.slow = item, what, slow
        FACTS.append(function)
        return function
    return register


class Datagrams:
    """SIP over UDP between one port inside and one outside."""
    transport = "UDP"

    def __init__(self, lab, port=5060, server=5060):
        self.lab = lab
        self.port = port
        self.own = "%s:%d" % (lab.inside, port)
        self.to = (lab.outside, server)
        self.inside = lab.datagrams(lab.who, port, lab.inside)
        self.server = lab.server(server)
        self.seen = None

    def up(self, text):
        self.inside.sendto(text.encode(), self.to)
        data, self.seen = self.server.recvfrom(65536)
        return data.decode()

    def down(self, text):
        self.server.sendto(text.encode(), self.seen)
        return self.inside.recv(65536).decode()

    def dialog(self, **options):
        return Dialog(self.own, self.transport, **options)


class Stream:
    """SIP over one TCP connection from inside."""
    transport = "TCP"

    def __init__(self, lab, server=5060):
        self.lab = lab
        listener = lab.listen(lab.far, server, lab.outside)
        self.inside = lab.socket(lab.who)
        self.inside.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.inside.bind((lab.inside, 0))
        self.inside.connect((lab.outside, server))
        self.server = listener.accept()[0]
        self.server.settimeout(lab.patience)
        lab.opened.append(self.server)
        self.own = "%s:%d" % self.inside.getsockname()
        self.rest = {}

    def read(self, sock):
        """One message, framed by its Content-Length."""
        got = self.rest.pop(sock, "")
        while True:
            head, end, told = got.partition("\r\n\r\n")
            if end:
                length = header(head + end, "Content-Length").strip()
                if not length.isdigit():
                    raise Broken("a message without Content-Length arrives: "
                                 + repr(head[:40]))
                if len(told) >= int(length):
                    self.rest[sock] = told[int(length):]
                    return head + end + told[:int(length)]
            data = sock.recv(65536)
            if not data:
                raise Broken("the connection ends")
            got += data.decode()

    def up(self, *pieces):
        """Each piece is a segment of its own."""
        for piece in pieces:
            self.inside.sendall(piece.encode())
        return self.read(self.server)

    def down(self, text):
        self.server.sendall(text.encode())
        return self.read(self.inside)

    def dialog(self, **options):
        return Dialog(self.own, self.transport, **options)


class Lab:
    """What a fact needs. who: the host inside; far: the one outside."""

    def __init__(self, world, helper, who="lan1", patience=4):
        self.world = world
        self.helper = helper
        self.who, self.far = who, "srv"
        self.inside = world.address[who]
        self.outside = world.address["srv"]
        self.gateway = world.address["gw"]
        self.patience = patience
        self.opened = []
        self.servers = {}

    # --- sockets ------------------------------------------------------------

    def keep(self, sock):
        sock.settimeout(self.patience)
        self.opened.append(sock)
        return sock

    def socket(self, where, kind=socket.SOCK_STREAM):
        return self.keep(self.world.socket(where, kind))

    def datagrams(self, where, port, address):
        return self.keep(self.world.datagrams(where, port, address))

    def listen(self, where, port, address):
        return self.keep(self.world.listen(where, port, address))

    def server(self, port):
        """One socket for all who come to that port outside."""
        if port not in self.servers:
            self.servers[port] = self.datagrams(self.far, port, self.outside)
        return self.servers[port]

    def udp(self, port=5060, server=5060):
        return Datagrams(self, port, server)

    def tcp(self, server=5060):
        return Stream(self, server)

    def over(self):
        for sock in self.opened:
            sock.close()
        self.opened.clear()
        self.servers.clear()

    # --- media -------------------------------------------------------------

    def ear(self, port, who=None):
        who = who or self.who
        return self.datagrams(who, port, self.world.address[who])

    def hears(self, ear, place, source=None, port=30000):
        """Whether a datagram from source, to that place, gets there."""
        source = source or self.far
        mouth = self.world.datagrams(source, port, self.world.address[source])
        word = b"word %d" % time.monotonic_ns()
        with mouth:
            mouth.sendto(word, place)
            try:
                while ear.recv(2048) != word:
                    pass
            except TimeoutError:
                return False
        return True

    def need_heard(self, ear, place, why, source=None, port=30000):
        need(self.hears(ear, place, source, port), why)

    def answer(self, flow, got, *media, host=None):
        """The other end takes the call and speaks from port 30000."""
        return flow.down(reply(
            got, "200 OK", sdp(host or self.outside, *(media or
                                                       ("audio 30000",))),
            ["Contact: <sip:bob@%s:5060>" % self.outside]))

    def expectations(self):
        return self.world.expectations()

    def lifetimes(self, proto="udp", dport=None):
        """Seconds that connections (or, with dport, expectations) have."""
        table = "nf_conntrack_expect" if dport else "nf_conntrack"
        with self.world.within("gw"), \
                open("/proc/thread-self/net/" + table,
                     encoding="ascii") as lines:
            for line in lines:
                words = line.split()
                if dport:
                    if "dport=%d" % dport in words:
                        yield int(words[0])
                elif proto in words and "src=" + self.inside in words:
                    yield int(words[4])


def parser_of(doc):
    """What each program is told: the namespaces and who has which address."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--suffix", help="of the namespaces")
    parser.add_argument("--address", nargs=2, action="append", default=[],
                        metavar=("NAME", "ADDRESS"))
    return parser


def world_of(options):
    return World(options.suffix, dict(options.address))


__all__ = ["FACTS", "Broken", "Dialog", "Fails", "Lab", "World", "fact",
           "header", "message", "need", "parser_of", "reply", "sdp",
           "wait_until", "world_of"]
