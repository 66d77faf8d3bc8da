# SPDX-License-Identifier: GPL-2.0
"""A web page speaks for the browser that shows it (NAT slipstreaming).

The bytes are the page's, the framing is the browser's: HTTP, TLS, TURN. So the
text of an announcement can stand at the first byte of a packet, but never at the
first byte of the connection.
"""

import os
import socket
import struct

from .raw import ip_packet, udp_datagram
from .trial import NotHere, attack

MSS = 1000      # of those connections: what the attacker's server asks for
COOKIE = b"\x21\x12\xa4\x42"


def post(port, size):
    """The head of a form that a page posts, padded to so many bytes."""
    head = ("POST / HTTP/1.1\r\nHost: srv.example.com:%d\r\n"
            "User-Agent: Mozilla/5.0\r\nContent-Length: 100000\r\n"
            "Content-Type: multipart/form-data; boundary=----b\r\n\r\n"
            "------b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n" %
            port).encode()
    return head + b"^_" * ((size - len(head) - 2) // 2) + \
        b"^" * ((size - len(head)) % 2) + b"\r\n"


def tcp_only(t):
    if t.dialect.transport != "tcp":
        raise NotHere


def ports(t):
    return (t.dialect.port,) + t.dialect.more_ports


def announcements(t, port):
    for form in t.dialect.forms:
        yield form, t.dialect.announce(t.world.address["lan1"], port, form)


def targets(t, port):
    for proto in {t.dialect.proto(form) for form in t.dialect.forms}:
        t.target("lan1", port, proto)


def slip(t, pair, text, form, why):
    """The announcement as a packet, the server's helpful answer, the look."""
    got = t.send(pair, text)
    answer = t.dialect.answer(got, form)
    if got and answer:
        t.send(pair, answer, down=True)
    t.accuse(why)


@attack("http-post", "a form's text begins a packet (slipstreaming v1)")
def http_post(t):
    tcp_only(t)
    for port in ports(t):
        targets(t, t.dialect.service_port)
        for form, text in announcements(t, t.dialect.service_port):
            pair = t.pair(port, mss=MSS)
            t.send(pair, post(port, 2 * MSS))
            slip(t, pair, text, form, "POST to port %d" % port)
            t.send(pair, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                   down=True)
            t.send(pair, t.dialect.answer(text, form) or b"\r\n", down=True)
            t.accuse("POST to port %d, answered" % port)
            t.alive(pair)
            t.drop(pair)


@attack("http-greeting", "the same, with a greeting before it")
def http_greeting(t):
    tcp_only(t)
    targets(t, t.dialect.service_port)
    for form, text in announcements(t, t.dialect.service_port):
        pair = t.pair(mss=MSS)
        t.send(pair, post(t.dialect.port, MSS))
        t.send(pair, t.dialect.greeting() or b"\r\n")
        # The server is the attacker's and plays its part.
        for line in (b"220 ready\r\n", b"230 come in\r\n",
                     b"USR 1 OK alice@example.com Alice\r\n",
                     b":srv.example.com 001 alice :hello\r\n"):
            t.send(pair, line, down=True)
        slip(t, pair, text, form, "greeting inside a POST")
        t.drop(pair)


@attack("tls", "the text behind a TLS ClientHello")
def tls(t):
    tcp_only(t)
    targets(t, t.dialect.service_port)
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(506)
    for form, text in announcements(t, t.dialect.service_port):
        pair = t.pair()
        t.send(pair, hello)
        slip(t, pair, text, form, "behind TLS")
        t.drop(pair)


def allocate(name):
    """A TURN Allocate with that user name."""
    name += b"\0" * (-len(name) % 4)
    body = struct.pack("!HH", 0x0006, len(name)) + name
    return struct.pack("!HH", 0x0003, len(body)) + COOKIE + \
        os.urandom(12) + body


@attack("turn-tcp", "a TURN user name begins a packet (slipstreaming v2)")
def turn_tcp(t):
    tcp_only(t)
    for port in ports(t):
        targets(t, t.dialect.service_port)
        for form, text in announcements(t, t.dialect.service_port):
            pair = t.pair(port, mss=MSS)
            turn = allocate(b"x" * (MSS - 26) + b"\r\n" + text)
            t.send(pair, turn[:MSS])
            slip(t, pair, turn[MSS:MSS + len(text)], form,
                 "TURN to port %d" % port)
            t.drop(pair)


@attack("crlf-first", "empty lines, then the text inside a POST")
def crlf_first(t):
    tcp_only(t)
    for form, text in announcements(t, t.dialect.service_port):
        pair = t.pair(mss=MSS)
        t.send(pair, b"\r\n\r\n")
        t.send(pair, post(t.dialect.port, MSS))
        slip(t, pair, text, form, "POST behind empty lines")
        t.drop(pair)


@attack("turn-udp", "a TURN user name in a datagram")
def turn_udp(t):
    if t.dialect.transport != "udp":
        raise NotHere
    targets(t, t.dialect.service_port)
    for form, text in announcements(t, t.dialect.service_port):
        pair = t.pair()
        t.send(pair, allocate(b"\r\n\r\n" + text))
        t.send(pair, t.dialect.answer(text, form), down=True)
        t.accuse("in a TURN datagram")
        t.send(pair, b"\0\0\0\0" + text)
        t.accuse("behind zeros")
        t.drop(pair)


@attack("fragments", "the second fragment looks like a datagram of its own")
def fragments(t):
    if t.dialect.transport != "udp":
        raise NotHere
    src, dst = t.world.address["lan1"], t.world.address["srv"]
    targets(t, t.dialect.service_port)
    raw = t.world.socket("lan1", socket.SOCK_RAW, socket.IPPROTO_RAW)
    server = t.world.datagrams("srv", 3478)
    for form, text in announcements(t, t.dialect.service_port):
        inner = struct.pack("!HHHH", 5060, t.dialect.port, 8 + len(text),
                            0) + text
        name = b"x" * (1480 - 8 - 24) + inner
        packet = udp_datagram(src, dst, 50000, 3478, allocate(name))
        raw.sendto(ip_packet(src, dst, 17, 77, 0x2000, packet[:1480]),
                   (dst, 0))
        raw.sendto(ip_packet(src, dst, 17, 77, 1480 // 8, packet[1480:]),
                   (dst, 0))
        try:
            if server.recv(65536) != packet[8:]:
                t.find("harm", "the fragmented datagram changes")
        except socket.timeout:
            t.find("harm", "the fragmented datagram does not arrive")
        t.accuse("in a fragment")
    raw.close()
    server.close()
