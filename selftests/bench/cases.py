# SPDX-License-Identifier: GPL-2.0
"""What is measured: the same packets for every helper that can take them."""

import ipaddress
import itertools
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "attack"))

# pylint: disable=wrong-import-position
import attacks.dialect  # noqa: E402
# Whatever the time is, packets are the same: others take this when imported.
attacks.dialect.serial = itertools.count(1)
from attacks.dialect import Ftp, Irc    # noqa: E402
from attacks.msnp import Msnp, invitation   # noqa: E402
from attacks.sip import Sip, request    # noqa: E402

REPLY, SETUP, TIMED, SYN, GSO, SWEEP = 1, 2, 4, 8, 16, 32

INSIDE = "192.168.77.2"

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                       "vectors", "msnp")


class Case:
    """A connection: what is said once, and what again and again."""

    def __init__(self, name, helper, transport, port, nat, items,
                 crowd=0, others=None, client=0):
        self.name = name
        self.helper = helper
        self.transport = transport
        self.port = port
        self.nat = nat
        self.items = items
        self.client = client    # whose connection it is, by number
        self.crowd = crowd      # so many others have connections then
        self.others = others    # what such a one says, by its number

    def as_client(self, client):
        self.client = client
        return self

    @property
    def label(self):
        return self.helper + ("/" + self.transport
                              if self.helper.endswith("sip") else "")

    def lasting(self):
        """Not to be repeated: it leaves calls behind."""
        return self.crowd or any(flags & SWEEP for flags, _ in self.items)

    def key(self):
        """What the first three columns of a table say."""
        return "\t".join((self.name, self.label,
                          "nat" if self.nat else "-"))

    def timed(self):
        return sum(bool(flags & TIMED) for flags, _ in self.items)


def shake():
    """How a TCP connection begins."""
    return [(SETUP | SYN, b""), (SETUP | SYN | REPLY, b""), (SETUP, b"")]


class Recorder:
    """Takes the place of a pair in Dialect.greet(): a list of items."""

    def __init__(self):
        self.items = []

    def up(self, data, whole=None):
        self.items.append((SETUP, data))
        return data

    def down(self, data, whole=None):
        self.items.append((SETUP | REPLY, data))
        return data


def address(client):
    return str(ipaddress.ip_address(INSIDE) + client)


def greeted(dialect, client=0):
    dialect.own, dialect.own_port = address(client), 5060
    recorder = Recorder()
    dialect.greet(recorder)
    return (shake() if dialect.transport == "tcp" else []) + recorder.items


def acked(dialect):
    """What lets the other side acknowledge, without being measured."""
    return [(REPLY, b"")] if dialect.transport == "tcp" else []


def cases_of(dialect, name, timed, after=(), begin=None, nats=(False, True),
             **more):
    """The same without and with NAT."""
    items = greeted(dialect) if begin is None else begin
    for nat in nats:
        yield Case(name, dialect.name, dialect.transport, dialect.port, nat,
                   items + timed + acked(dialect) + list(after), **more)


def dialects():
    return [Ftp(), Irc(), Sip("sip", "udp"), Sip("sip", "tcp"), Msnp(),
            Sip("imsip", "udp"), Sip("imsip", "tcp")]


FOREIGN = b"\x17\x03\x03" + bytes(range(256)) * 260


def vector(name):
    """A message of the same length from our host."""
    with open(os.path.join(VECTORS, name + ".bin"), "rb") as file:
        data = file.read()
    for was, now in (("192.168.0.12", INSIDE),
                     ("192.168.0.12"[::-1], INSIDE[::-1])):
        data = data.replace(was.encode(), now.encode())
        data = data.replace(was.encode("utf-16-le"), now.encode("utf-16-le"))
    return data


def pieces(text, *after):
    """In two segments, as long as what was sent before proves room for."""
    cut = len(text) * 2 // 3
    return [(TIMED, text[:cut]), (TIMED, text[cut:])], list(after)


def irrelevant(dialect):
    """Packets that are none of the helper's business."""
    if dialect.transport == "udp":
        for size in (160, 1400):
            yield from cases_of(dialect, "foreign %d" % size,
                                [(TIMED, b"\x80\x00" + FOREIGN[2:size])])
        return
    begin = shake() + [(SETUP, FOREIGN[:200])]
    yield from cases_of(dialect, "empty ACK", [(TIMED, b"")], begin=begin)
    yield from cases_of(dialect, "empty ACK, followed", [(TIMED, b"")])
    for size in (20, 1400):
        yield from cases_of(dialect, "foreign %d" % size,
                            [(TIMED, FOREIGN[:size])], begin=begin)
    yield from cases_of(dialect, "foreign GSO 64K",
                        [(TIMED | GSO, FOREIGN[:64000])], begin=begin,
                        nats=(False,))


def announcements(dialect):
    if dialect.name == "ftp":
        yield from cases_of(dialect, "PORT", [
            (TIMED, dialect.announce(INSIDE, 40000))])
    elif dialect.name == "irc":
        yield from cases_of(dialect, "DCC SEND", [
            (TIMED, dialect.announce(INSIDE, 40000))])


def message(payload, number=7):
    return b"MSG %d N %d\r\n" % (number, len(payload)) + payload


def msnp_cases(dialect):
    if dialect.name != "msnp":
        return
    chat = message(b"MIME-Version: 1.0\r\nContent-Type: text/plain; "
                   b"charset=UTF-8\r\n\r\nHello, how are you today?")
    yield from cases_of(dialect, "chat", [(TIMED, chat)])
    bulk = message(b"MIME-Version: 1.0\r\nContent-Type: "
                   b"application/x-msnmsgrp2p\r\nP2P-Dest: bob@example.com"
                   b"\r\n\r\n" + bytes(48) + FOREIGN[:1202] + bytes(4))
    yield from cases_of(dialect, "P2P bulk", [(TIMED, bulk)])
    yield from cases_of(dialect, "P2P bulk, inside", [
        (0, b"MSG 8 D 30000\r\n"), (0, b"MIME-Version: 1.0\r\nContent-Type: "
         b"application/x-msnmsgrp2p\r\n\r\n" + bytes(30000 - 70 - 1400)),
        (TIMED, bytes(1400))], nats=(False,))
    accept = dialect.announce(INSIDE, 6891)
    yield from cases_of(dialect, "ACCEPT", [(TIMED, accept)],
                        after=[(0, *dialect.forget(accept))])
    five = invitation(
        "Invitation-Command: ACCEPT", "Invitation-Cookie: 9",
        "IP-Address: " + INSIDE, "IP-Address-Internal: " + INSIDE,
        "Port: 6891", "PortX: %d" % (6891 ^ 0x3141),
        "PortX-Internal: %d" % (6891 ^ 0x3141), "AuthCookie: 93301",
        "Sender-Connect: TRUE", "Launch-Application: FALSE",
        "Request-Data: IP-Address:")
    yield from cases_of(dialect, "ACCEPT, five fields",
                        [(TIMED, message(five))],
                        after=[(0, *dialect.forget(five))])
    timed, after = pieces(message(five), (0, *dialect.forget(five)))
    yield from cases_of(dialect, "ACCEPT, two pieces", timed, after=after)
    for name, what in (("slp1-transresp-listening", "MSNSLP 200 OK, v1"),
                       ("slp2-transresp-reversed-natted",
                        "MSNSLP 200 OK, v2"),
                       ("cam-producer-small", "webcam XML")):
        yield from cases_of(dialect, what, [(TIMED, vector(name))])


def ending(invite):
    """The BYE of a call."""
    return invite.partition(b"Contact")[0].replace(b"INVITE", b"BYE") + \
        b"Content-Length: 0\r\n\r\n"


def sip_cases(dialect):
    if not dialect.name.endswith("sip"):
        return
    own = "%s:5060" % INSIDE
    options = request("OPTIONS", "sip:example.com", own, dialect.transport,
                      "", number=71)
    register = request(
        "REGISTER", "sip:example.com", own, dialect.transport,
        "Contact: <sip:alice@%s;transport=%s>\r\nExpires: 3600\r\n" % (
            own, dialect.transport), number=72)
    yield from cases_of(dialect, "OPTIONS", [(TIMED, options)])
    yield from cases_of(dialect, "REGISTER", [(TIMED, register)])
    yield from cases_of(dialect, "REGISTER and 200", [
        (TIMED, register),
        (TIMED | REPLY, dialect.answer(register, "register"))])
    ask = dialect.announce(INSIDE, 40000)
    bye = ending(ask)
    yield from cases_of(dialect, "BYE", [
        (0, ask), (REPLY, dialect.answer(ask)), (TIMED, bye)],
        after=[(REPLY, dialect.response(bye, ""))])
    if dialect.transport == "tcp":
        refused = dialect.response(ask, "").replace(b"200 OK",
                                                    b"486 Busy Here")
        timed, after = pieces(ask, (REPLY, refused))
        yield from cases_of(dialect, "INVITE, two pieces", timed, after=after)
    for count in (1, 2):
        # What ends the call lets the next one begin.
        invite = dialect.announce(INSIDE, 40000)
        if count == 2:
            body = invite.partition(b"\r\n\r\n")[2].decode()
            invite = request(
                "INVITE", "sip:bob@example.com", own, dialect.transport,
                "Contact: <sip:alice@%s>\r\nContent-Type: application/sdp"
                "\r\n" % own, body + "m=video 40002 RTP/AVP 34\r\n",
                number=74)
        refused = dialect.response(invite, "").replace(b"200 OK",
                                                       b"486 Busy Here")
        yield from cases_of(dialect, "INVITE, %d media" % count,
                            [(TIMED, invite)], after=[(REPLY, refused)])
        answer, bye = dialect.answer(invite), ending(invite)
        yield from cases_of(dialect, "INVITE and 200, %d media" % count,
                            [(TIMED, invite), (TIMED | REPLY, answer)],
                            after=[(0, bye),
                                   (REPLY, dialect.response(bye, ""))])


def many_calls(dialect):
    """An INVITE while others talk; the kernel's helper keeps no calls.

    The calls outlive their connection, and there are no more than 4096.
    """
    if dialect.label != "imsip/udp":
        return
    for count in (1, 10, 100, 400):
        begin = greeted(dialect)
        for number in range(count):
            ask = dialect.announce(INSIDE, 20000 + 2 * number)
            begin += [(SETUP, ask), (SETUP | REPLY | SWEEP,
                                     dialect.answer(ask))]
        ask = dialect.announce(INSIDE, 40000)
        refused = dialect.response(ask, "").replace(b"200 OK",
                                                    b"486 Busy Here")
        yield from cases_of(dialect, "INVITE, %d calls" % count,
                            [(TIMED, ask)], after=[(REPLY, refused)],
                            begin=begin, nats=(True,))


def among_expectations(dialect):
    """An INVITE while others expect media: ten calls each."""
    if dialect.label not in ("imsip/udp", "sip/udp"):
        return

    def others(client):
        items = greeted(dialect, client)
        for number in range(10):
            # Nobody has to take another port than he announced.
            ask = dialect.announce(address(client),
                                   10000 + 20 * client + 2 * number)
            items += [(SETUP, ask), (SETUP | REPLY, dialect.answer(ask))]
        return items

    for hosts in (1, 5, 50, 245):
        begin = greeted(dialect)
        ask = dialect.announce(INSIDE, 40000)
        refused = dialect.response(ask, "").replace(b"200 OK",
                                                    b"486 Busy Here")
        yield from cases_of(dialect, "INVITE, %d hosts call" % hosts,
                            [(TIMED, ask)], after=[(REPLY, refused)],
                            begin=begin, nats=(True,), crowd=hosts,
                            others=others)


def among_connections(dialect):
    """A packet while others are logged in; so many are remembered at most."""
    if dialect.label not in ("msnp", "imsip/tcp"):
        return
    for hosts in (10, 1000, 3500):
        yield from cases_of(dialect, "empty ACK, %d others" % hosts,
                            [(TIMED, b"")], nats=(True,), crowd=hosts,
                            others=lambda client: greeted(dialect, client))


def control(dialect):
    """The same twice: what differs is what the measurement is worth."""
    if dialect.label not in ("imsip/udp", "sip/udp", "msnp", "ftp"):
        return
    for name in ("control", "control, again"):
        if dialect.transport == "tcp":
            yield from cases_of(dialect, name, [(TIMED, FOREIGN[:1400])],
                                begin=shake() + [(SETUP, FOREIGN[:200])],
                                nats=(True,))
            continue
        begin = greeted(dialect)
        ask = dialect.announce(INSIDE, 40000)
        refused = dialect.response(ask, "").replace(b"200 OK",
                                                    b"486 Busy Here")
        yield from cases_of(dialect, name, [(TIMED, ask)], begin=begin,
                            after=[(REPLY, refused)], nats=(True,))


def calling(dialect, client):
    """An INVITE of that client, and its end."""
    begin = greeted(dialect, client)
    ask = dialect.announce(address(client), 40000)
    refused = dialect.response(ask, "").replace(b"200 OK", b"486 Busy Here")
    return next(cases_of(dialect, "INVITE, 1 media", [(TIMED, ask)],
                         after=[(REPLY, refused)], begin=begin, nats=(True,),
                         client=client))


def pair():
    """Two of a kind each, for two processors."""
    for dialect in dialects():
        if dialect.transport == "tcp" and dialect.name in ("ftp", "msnp"):
            yield [next(cases_of(dialect, "foreign 1400",
                                 [(TIMED, FOREIGN[:1400])], nats=(True,),
                                 begin=shake() + [(SETUP, FOREIGN[:200])],
                                 client=client)) for client in (0, 1)]
        if dialect.name == "msnp":
            yield [next(case for case in msnp_cases(dialect)
                        if case.name == "chat" and case.nat).as_client(client)
                   for client in (0, 1)]
        if dialect.name.endswith("sip") and dialect.transport == "udp":
            yield [calling(dialect, client) for client in (0, 1)]


CASES = [case for make in (control, irrelevant, announcements, msnp_cases,
                           sip_cases, among_connections,
                           many_calls, among_expectations)
         for dialect in dialects() for case in make(dialect)]
