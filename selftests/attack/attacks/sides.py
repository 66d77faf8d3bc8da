# SPDX-License-Identifier: GPL-2.0
"""The server is hostile, or somebody else speaks in its place."""

import socket

from .pair import Lost, knock
from .raw import icmp_error, ip_packet, posing_error, tcp_packet, udp_datagram
from .slipstream import targets, tcp_only
from .trial import NotHere, attack, reach
from .world import PATIENCE, SHORT, wait_until


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
                t.say(pair, line)
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
    t.dialect.own = t.world.address["lan1"]
    if not list(t.dialect.forget(t.dialect.announce(t.dialect.own, port))):
        raise NotHere
    listener = t.world.listen("lan1", port) if proto == "tcp" else \
        t.world.datagrams("lan1", port)
    listener.settimeout(2 * PATIENCE)
    pair = t.greeted(sport=5060 if t.dialect.transport == "udp" else 0)
    text = t.dialect.announce(t.world.address["lan1"], port)
    got = t.say(pair, text)
    address, outside = t.dialect.read(got)
    t.reply(pair, t.dialect.answer(got))
    if t.dialect.transport == "udp":
        for words in t.dialect.forget(text):
            forge(t, pair, words)
    else:
        other = t.greeted(client="lan2")
        for words in t.dialect.forget(text):
            t.send(other, words)
            t.send(other, words, down=True)
    try:
        why = reach(t.world, t.dialect, listener, address, outside)
    except OSError as error:
        why = str(error)
    if why:
        t.find("harm", "nobody gets to %s port %d: %s; expected: %s" % (
            address, outside, why, ", ".join(
                "%s from %s%s" % (e, e.src, "" if e.active else ", inactive")
                for e in t.world.expectations())))
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


@attack("stranger", "somebody else comes to what was opened for the peer")
def stranger(t):
    if not t.dialect.names_peer:
        raise NotHere
    port, proto = t.dialect.service_port, t.dialect.proto()
    target = t.target("lan1", port, proto)
    pair = t.greeted()
    got = t.say(pair, t.dialect.announce(t.world.address["lan1"], port))
    if not got:
        return
    t.reply(pair, t.dialect.answer(got))
    knock(t.world, "peer", proto, *t.dialect.read(got))
    if wait_until(target.reached, SHORT):
        t.find("hole", "a stranger reaches %s" % target)


@attack("neighbour-flow", "ends a call that seems to be at a neighbour's ports")
def neighbour_flow(t):
    """The announcer's accomplice outside names the neighbour's peer."""
    port, there = t.dialect.service_port, t.dialect.service_port + 2
    t.dialect.own = t.world.address["lan1"]
    if not t.dialect.ends(t.dialect.announce(t.dialect.own, port)):
        raise NotHere
    flow = t.world.datagrams("lan2", port)
    far = t.world.datagrams("peer", there)
    flow.sendto(b"hello", (t.world.address["peer"], there))
    seen = far.recvfrom(100)[1]
    far.sendto(b"hello", seen)
    flow.recv(100)
    pair = t.greeted()
    text = t.dialect.announce(t.dialect.own, seen[1])
    got = t.say(pair, text)
    t.reply(pair, t.dialect.answer_at(got, t.world.address["peer"], there))
    for from_client, words in t.dialect.ends(text):
        (t.say if from_client else t.reply)(pair, words)
    far.sendto(b"still", seen)
    try:
        if flow.recv(100) != b"still":
            t.find("harm", "a neighbour hears something else")
    except socket.timeout:
        t.find("harm", "a neighbour's connection is gone")
    if not t.world.flows("src=" + t.world.address["lan2"], "dport=%d" % there):
        t.find("harm", "a neighbour's connection is forgotten")
    flow.close()
    far.close()


@attack("evasion", "segments that the receiver never takes")
def evasion(t):
    tcp_only(t)
    first, other = t.dialect.service_port, t.dialect.service_port + 4
    form = t.dialect.forms[-1]
    targets(t, other)
    for how, offset, spoil in (("bad checksum", 0, 1),
                               ("out of the window", 1 << 28, 0),
                               ("overlapped later", 7, 0)):
        pair = t.greeted()
        where = Position(pair.client)
        changed = t.dialect.announce(t.world.address["lan1"], other, form)
        if offset == 7:
            changed = changed[7:]
        raw = t.world.socket("lan1", socket.SOCK_RAW, socket.IPPROTO_RAW)
        raw.sendto(where.segment(changed, offset, spoil), (where.dst[0], 0))
        raw.close()
        wait_until(t.opened, 0.3)
        t.accuse(how)
        text = t.dialect.announce(t.world.address["lan1"], first, form)
        got = t.say(pair, text, form)
        t.reply(pair, t.dialect.answer(got, form) if got else b"")
        for entry in t.opened():
            if entry.dport == other:
                t.find("opened", "%s: %s" % (how, entry))
        t.drop(pair)


@attack("false-errors", "ICMP errors that quote an announcement")
def false_errors(t):
    """A neighbour's about the server's packets, a stranger's about ours."""
    first, other = t.dialect.service_port, t.dialect.service_port + 4
    form = t.dialect.forms[-1]
    targets(t, other)
    for who in ("lan2", "peer"):
        pair = t.greeted()
        client, server = pair.client.getsockname(), pair.client.getpeername()
        text = t.dialect.announce(client[0], other, form)
        src, dst = (server, client) if who == "lan2" else (pair.seen, server)
        if t.dialect.transport == "tcp":
            where = Position(pair.client)
            error = posing_error(where.seq if who == "lan2" else where.ack,
                                 src, dst, text)
        else:
            error = icmp_error(0, ip_packet(
                src[0], dst[0], 17, 80, 0,
                udp_datagram(src[0], dst[0], src[1], dst[1], text)))
        raw = t.world.socket(who, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        raw.sendto(error, (src[0] if who == "peer" else server[0], 0))
        raw.close()
        wait_until(t.opened, 0.3)
        t.accuse("errors from %s" % who)
        got = t.say(pair, t.dialect.announce(client[0], first, form), form)
        if got and t.dialect.read(got, form)[0] == client[0]:
            t.find("harm", "after errors from %s nothing is edited" % who)
        t.reply(pair, t.dialect.answer(got, form) if got else b"")
        for entry in t.opened():
            if entry.dport == other:
                t.find("opened", "errors from %s: %s" % (who, entry))
        t.drop(pair)


@attack("namespaces", "what was opened shows in another namespace")
def namespaces(t):
    port = t.dialect.service_port
    for form in t.dialect.forms:
        pair = t.greeted()
        got = t.say(pair, t.dialect.announce(t.world.address["lan1"], port,
                                             form), form)
        t.reply(pair, t.dialect.answer(got, form) if got else b"")
        for where in ("rt", "srv", "lan2"):
            for entry in t.world.expectations(where):
                t.find("opened", "%s in namespace %s" % (entry, where))
        t.drop(pair)


ZONES = """table inet zones {
	chain pre {
		type filter hook prerouting priority raw; policy accept;
		iifname "wan" ct zone set 7
	}
}
"""


@attack("zones", "what was opened in one zone is used from another")
def zones(t):
    port, proto = t.dialect.service_port, t.dialect.proto()
    target = t.target("lan1", port, proto)
    pair = t.greeted()
    got = t.say(pair, t.dialect.announce(t.world.address["lan1"], port))
    t.reply(pair, t.dialect.answer(got) if got else b"")
    t.world.run("gw", "nft", "-f", "-", input=ZONES)
    try:
        for where in ("peer", "srv"):
            knock(t.world, where, proto, t.world.address["gw"], port)
            if wait_until(target.reached, 0.3):
                t.find("hole", "%s reaches %s from zone 7" % (where, target))
    finally:
        t.world.run("gw", "nft", "delete", "table", "inet", "zones")


@attack("log", "text that writes into the kernel's log")
def log(t):
    evil = b"\x1b%s%n"      # as long as what it stands for
    for form in t.dialect.forms:
        pair = t.greeted()
        text = t.dialect.announce(t.world.address["lan1"], 22, form)
        t.say(pair, text.replace(b"alice", evil).replace(b"93301", evil), form)
        t.drop(pair)
    if "%s%n" in t.world.run("gw", "dmesg").stdout:
        t.find("harm", "the kernel's log has a packet's text")


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

    def segment(self, data, offset=0, spoil=0):
        return tcp_packet(self.src, self.dst, self.seq + offset, self.ack,
                          data, spoil)
