# SPDX-License-Identifier: GPL-2.0
"""The server is hostile, or somebody else speaks in its place."""

import socket

from .pair import Lost
from .raw import ip_packet, tcp_packet, udp_datagram
from .slipstream import targets
from .trial import NotHere, attack, reach
from .world import wait_until


@attack("server-invites", "a hostile server announces inside endpoints")
def server_invites(t):
    port = t.dialect.service_port
    for where in ("lan1", "lan2"):
        for proto in ("tcp", "udp"):
            t.target(where, port, proto)
    for who in ("lan1", "lan2", "lan_gw", "gw"):
        for text in t.dialect.from_server(t.world.address[who], port):
            pair = t.greeted()
            try:
                pair.down(text)
            except Lost as lost:
                t.find("harm", "what the server says: %s" % lost)
            t.accuse("server names %s" % who)
            t.drop(pair)


@attack("server-sends-on", "a hostile server sends the client to low ports")
def server_sends_on(t):
    for port in (22, 80, 3306):
        for text in t.dialect.from_server(t.world.address["peer"], port):
            pair = t.greeted()
            try:
                pair.down(text)
            except Lost as lost:
                t.find("harm", "what the server says: %s" % lost)
            t.accuse("server names port %d" % port, outward=True)
            t.drop(pair)


@attack("server-alone", "the server says both parts")
def server_alone(t):
    targets(t, t.dialect.service_port)
    for form in t.dialect.forms:
        pair = t.pair()
        # A datagram from inside makes the flow.
        t.send(pair, b"\r\n\r\n")
        for text in (t.dialect.greeting(),
                     t.dialect.announce(t.world.address["lan1"],
                                        t.dialect.service_port, form),
                     t.dialect.announce(t.world.address["gw"],
                                        t.dialect.service_port, form)):
            if text:
                t.send(pair, text, down=True)
                t.reply(pair, t.dialect.answer(text, form))
        t.accuse("said by the server")
        t.drop(pair)


@attack("client-alone", "the client says the server's part as well")
def client_alone(t):
    """What a page could do that speaks first and is never answered."""
    targets(t, t.dialect.service_port)
    for form in t.dialect.forms:
        pair = t.pair()
        text = t.dialect.announce(t.world.address["lan1"],
                                  t.dialect.service_port, form)
        for line in (t.dialect.greeting(),
                     b"USR 1 OK alice@example.com Alice\r\n"
                     if t.dialect.name == "msnp" else b""):
            if line:
                t.send(pair, line)
        t.say(pair, text, form)
        answer = t.dialect.answer(text, form)
        if answer:
            t.say(pair, answer, form)
        t.accuse("answered by the client itself")
        t.drop(pair)


@attack("forged-end", "somebody else ends what was announced")
def forged_end(t):
    """The announcement must survive, so that the outsider still gets in."""
    port, proto = t.dialect.service_port, t.dialect.proto()
    text = t.dialect.announce(t.world.address["lan1"], port)
    if not t.dialect.forget(text):
        raise NotHere
    listener = t.world.listen("lan1", port) if proto == "tcp" else \
        t.world.datagrams("lan1", port)
    listener.settimeout(3)
    pair = t.greeted(sport=5060 if t.dialect.transport == "udp" else 0)
    got = t.say(pair, text)
    address, outside = t.dialect.read(got)
    t.reply(pair, t.dialect.answer(got))
    if t.dialect.transport == "udp":
        forge(t, pair, t.dialect.forget(text))
    else:
        other = t.greeted(client="lan2")
        t.send(other, t.dialect.forget(text))
        t.send(other, t.dialect.forget(text), down=True)
    try:
        why = reach(t.world, t.dialect, listener, address, outside)
    except OSError as error:
        why = str(error)
    if why:
        t.find("harm", "the announced endpoint is closed: %s" % why)
    listener.close()


def forge(t, pair, text):
    """A datagram from `peer` under the server's address."""
    raw = t.world.socket("peer", socket.SOCK_RAW, socket.IPPROTO_RAW)
    src, dst = t.world.address["srv"], pair.seen[0]
    raw.sendto(ip_packet(src, dst, 17, 78, 0, udp_datagram(
        src, dst, t.dialect.port, pair.seen[1], text)), (dst, 0))
    raw.close()
    try:
        pair.client.recv(65536)
    except socket.timeout:
        pass


@attack("changed-repeat", "a repeat of an announcement says another port")
def changed_repeat(t):
    if t.dialect.transport != "tcp":
        raise NotHere
    first, other = t.dialect.service_port, t.dialect.service_port + 4
    targets(t, other)
    form = t.dialect.forms[-1]
    pair = t.greeted()
    text = t.dialect.announce(t.world.address["lan1"], first, form)
    where = Position(pair.client)
    t.reply(pair, t.dialect.answer(t.say(pair, text, form), form))
    t.allow()
    changed = t.dialect.announce(t.world.address["lan1"], other, form)
    raw = t.world.socket("lan1", socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.sendto(where.segment(changed), (where.dst[0], 0))
    raw.close()
    wait_until(t.opened, 0.3)
    t.accuse("repeat with another port")


class Position:
    """Where a TCP connection stands, to forge segments of it."""

    REPAIR, QUEUE, SEQ = 19, 20, 21

    def __init__(self, sock):
        self.src, self.dst = sock.getsockname(), sock.getpeername()
        sock.setsockopt(socket.IPPROTO_TCP, self.REPAIR, 1)
        self.seq = self.numbers(sock, 2)
        self.ack = self.numbers(sock, 1)
        # Off, without a probe.
        sock.setsockopt(socket.IPPROTO_TCP, self.REPAIR, -1)

    def numbers(self, sock, queue):
        sock.setsockopt(socket.IPPROTO_TCP, self.QUEUE, queue)
        return sock.getsockopt(socket.IPPROTO_TCP, self.SEQ) & 0xffffffff

    def segment(self, data, offset=0):
        return tcp_packet(self.src, self.dst, self.seq + offset, self.ack,
                          data)
