# SPDX-License-Identifier: GPL-2.0
"""A call to where a computer call was announced: SIP, and a word over RTP."""

import os
import select
import socket

from .wire import Failure, say

WORD = bytes((0x80, 0, 0, 1, 0, 0, 0, 160, 0, 0, 0, 7)) + b"\x7f" * 160


class Talk:
    """SIP messages over a connected socket, of either kind."""

    def __init__(self, sock, patience):
        self.sock = sock
        self.udp = sock.type == socket.SOCK_DGRAM
        self.patience = patience
        self.buffer = b""
        self.host = sock.getsockname()[0]
        self.port = sock.getsockname()[1]

    def send(self, start, lines, body=""):
        text = "\r\n".join([start] + lines + ["Content-Length: %d" % len(body),
                                              "", body])
        self.sock.sendall(text.encode())

    def more(self):
        if not select.select([self.sock], [], [], self.patience)[0]:
            raise Failure("no answer over SIP")
        data = self.sock.recv(65536)
        if not data:
            raise Failure("SIP connection closed")
        self.buffer = data if self.udp else self.buffer + data

    def receive(self, wanted):
        """The next message, which must begin like that."""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        start, *lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines)
        length = int(fields["Content-Length"])
        while len(rest) < length:
            if self.udp:
                raise Failure("SIP: %d bytes of %d" % (len(rest), length))
            self.more()
            rest = self.buffer.partition(b"\r\n\r\n")[2]
        if self.udp and len(rest) != length:
            raise Failure("SIP: %d bytes, not %d" % (len(rest), length))
        self.buffer = rest[length:]
        if not start.startswith(wanted):
            raise Failure("SIP: wanted %s, got %s" % (wanted, start))
        return fields, rest[:length].decode()


def description(host, port):
    return "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n" \
        "m=audio %d RTP/AVP 0\r\n" % (host, host, port)


def place_in(body):
    """Where the other side wants to hear."""
    lines = dict(line.split("=", 1) for line in body.split("\r\n") if line)
    return lines["c"].split()[2], int(lines["m"].split()[1])


def ear(host):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(17000, 17100, 2):
        try:
            sock.bind((host, port))
            return sock, port
        except OSError:
            continue
    raise Failure("no port for RTP")


def listen_to(sock, patience):
    if not select.select([sock], [], [], patience)[0]:
        raise Failure("nothing is heard")
    data, where = sock.recvfrom(2000)
    if data != WORD:
        raise Failure("noise is heard")
    say("heard", *where)
    return where


def dial(sock, where, patience):
    """Calls, speaks, listens, and hangs up."""
    talk = Talk(sock, patience)
    rtp, port = ear(talk.host)
    via = "SIP/2.0/%s %s:%d;branch=z9hG4bK" % (
        "UDP" if talk.udp else "TCP", talk.host, talk.port)
    common = ["From: <sip:bob@example.com>;tag=" + os.urandom(4).hex(),
              "Call-ID: " + os.urandom(8).hex(), "Max-Forwards: 70"]
    uri = "sip:alice@%s:%d" % where
    contact = "Contact: <sip:bob@%s:%d>" % (talk.host, talk.port)

    def request(method, number, to, *more, body=""):
        talk.send("%s %s SIP/2.0" % (method, uri),
                  ["Via: " + via + os.urandom(4).hex(), "To: " + to,
                   "CSeq: %d %s" % (number, method)] + common + list(more),
                  body)

    request("INVITE", 1, "<sip:alice@example.com>", contact,
            "Content-Type: application/sdp", body=description(talk.host, port))
    fields, body = talk.receive("SIP/2.0 200")
    uri = fields["Contact"].strip("<>")
    request("ACK", 1, fields["To"])
    place = place_in(body)
    say("contact", uri)
    say("talks", *place)
    rtp.sendto(WORD, place)
    if listen_to(rtp, patience) != place:
        raise Failure("the voice comes from elsewhere")
    request("BYE", 2, fields["To"])
    talk.receive("SIP/2.0 200")
    rtp.close()


def take(sock, host, patience):
    """Is called: listens, then speaks to where the caller wants to hear."""
    talk = Talk(sock, patience)
    rtp, port = ear("")

    def reply(fields, *more, body=""):
        to = fields["To"] if "tag=" in fields["To"] else \
            fields["To"] + ";tag=alice"
        talk.send("SIP/2.0 200 OK", ["%s: %s" % (name, fields[name]) for name in
                                     ("Via", "From", "Call-ID", "CSeq")] +
                  ["To: " + to] + list(more), body)

    fields, body = talk.receive("INVITE")
    place = place_in(body)
    say("called", *place)
    reply(fields, "Contact: <sip:alice@%s:%d>" % (host, talk.port),
          "Content-Type: application/sdp", body=description(host, port))
    talk.receive("ACK")
    listen_to(rtp, patience)
    rtp.sendto(WORD, place)
    reply(talk.receive("BYE")[0])
    rtp.close()
