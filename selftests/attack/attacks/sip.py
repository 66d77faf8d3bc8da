# SPDX-License-Identifier: GPL-2.0
"""The dialect of SIP phones: registrations and calls, over UDP and TCP."""

import re

from .dialect import Dialect, serial

SDP = ("v=0\r\no=alice 1 1 IN IP4 %(address)s\r\ns=-\r\n"
       "c=IN IP4 %(address)s\r\nt=0 0\r\nm=audio %(port)s RTP/AVP 0\r\n"
       "a=rtpmap:0 PCMU/8000\r\n")


# Windows Messenger listens at any port, so only a policy says what is foreign.
NARROW = """policy "narrow" {
	default = yes
	helper = imsip
	application sip-signalling {
		protocol = { tcp, udp }
		inside = { 5060-5061 }
	}
	application rtp-audio {
		protocol = { udp }
		inside = { 16384-32767 }
	}
}
"""

# Entities that grow when they are read.
LAUGHS = ("<?xml version=\"1.0\"?><!DOCTYPE p [<!ENTITY a0 \"ha\">" +
          "".join("<!ENTITY a%d \"%s\">" % (i, "&a%d;" % (i - 1) * 10)
                  for i in range(1, 20)) + "]><p>&a19;</p>")


def nested_parts(depth):
    """Each part holds the next one."""
    text = ""
    for i in reversed(range(depth)):
        text = ("--b%d\r\nContent-Type: multipart/mixed;boundary=b%d\r\n\r\n"
                "%s--b%d--\r\n" % (i, i + 1, text, i))
    return text


def request(method, uri, own, transport, extra, body="", number=None):
    number = number or next(serial)
    return ("%s %s SIP/2.0\r\n"
            "Via: SIP/2.0/%s %s;branch=z9hG4bK%d\r\n"
            "Max-Forwards: 70\r\n"
            "From: <sip:alice@example.com>;tag=a%d\r\n"
            "To: <sip:%s@example.com>\r\n"
            "Call-ID: call-%d@example.com\r\n"
            "CSeq: 1 %s\r\n%s"
            "Content-Length: %d\r\n\r\n%s" % (
                method, uri, transport.upper(), own, number, number,
                "alice" if method == "REGISTER" else "bob", number, method,
                extra, len(body), body)).encode()


def header(text, name):
    found = re.search(rb"\n" + name + rb": ([^\r]*)", text)
    return found[1].decode() if found else ""


class Sip(Dialect):
    port = 5060
    forms = ("register", "plain")
    crowd = b"\r\n\r\n"
    foreign_ports = ((3305, "register"), (23456, "register"), (9000, "plain"))
    narrow = NARROW
    names_peer = True
    endless = (b"INVITE sip:bob@example.com", b"REGISTER sip:example.com "
               b"SIP/2.0\r\nVia: ", b"OPTIONS sip:example.com SIP/2.0\r\n"
               b"Content-Length: 999999\r\n\r\n")

    def __init__(self, name, transport):
        self.name = name
        self.transport = transport
        self.modules = ("nf_conntrack_im",) if name == "imsip" else \
            ("nf_conntrack_sip", "nf_nat_sip")

    @property
    def via(self):
        return "%s:%d" % (self.own, self.own_port)

    @property
    def label(self):
        return "%s/%s" % (self.name, self.transport)

    def greet(self, pair):
        text = request("OPTIONS", "sip:example.com", self.via,
                       self.transport, "")
        text = self.response(pair.up(text, self.whole_of(text)), "")
        pair.down(text, self.whole_of(text))

    def greeting(self):
        return request("OPTIONS", "sip:example.com", self.via,
                       self.transport, "")

    def announce(self, address, port, form="plain"):
        if form == "register":
            return request("REGISTER", "sip:example.com", self.via,
                           self.transport,
                           "Contact: <sip:alice@%s:%s;transport=%s>\r\n"
                           "Expires: 3600\r\n" % (address, port,
                                                  self.transport))
        return request("INVITE", "sip:bob@example.com", self.via,
                       self.transport,
                       "Contact: <sip:alice@%s>\r\n"
                       "Content-Type: application/sdp\r\n" % self.via,
                       SDP % {"address": address, "port": port})

    def whole(self, got, text):
        head, found, body = got.partition(b"\r\n\r\n")
        return bool(found) and len(body) >= int(
            header(head + b"\r", b"Content-Length") or 0)

    def response(self, got, extra, body=""):
        return ("SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=b\r\n"
                "Call-ID: %s\r\nCSeq: %s\r\n%sContent-Length: %d\r\n\r\n%s" % (
                    header(got, b"Via"), header(got, b"From"),
                    header(got, b"To"), header(got, b"Call-ID"),
                    header(got, b"CSeq"), extra, len(body), body)).encode()

    def answer(self, got, form="plain"):
        if form == "register":
            return self.response(got, "Contact: %s;expires=3600\r\n" %
                                 header(got, b"Contact"))
        return self.response(
            got, "Contact: <sip:bob@198.51.100.10>\r\n"
            "Content-Type: application/sdp\r\n",
            SDP % {"address": "198.51.100.10", "port": 40000})

    def read(self, got, form="plain"):
        if form == "register":
            found = re.search(rb"\nContact: <sip:alice@([\d.]+):(\d+)", got)
            return found[1].decode(), int(found[2])
        return (re.search(rb"\nc=IN IP4 ([\d.]+)", got)[1].decode(),
                int(re.search(rb"\nm=audio (\d+)", got)[1]))

    def proto(self, form="plain"):
        return self.transport if form == "register" else "udp"

    def from_server(self, address, port):
        sdp = SDP % {"address": address, "port": port}
        ask = request("INVITE", "sip:alice@example.com", "198.51.100.10",
                      self.transport, "Contact: <sip:bob@%s:%d>\r\n"
                      "Content-Type: application/sdp\r\n" % (address, port),
                      sdp)
        return (ask, self.response(ask, "Contact: <sip:bob@%s:%d>\r\n"
                                   "Content-Type: application/sdp\r\n" %
                                   (address, port), sdp),
                self.announce(address, port, "register"))

    def forget(self, text):
        """Of another call, then of this one by who does not know its tags."""
        def said(method):
            return request(method, "sip:alice@example.com", "198.51.100.10",
                           self.transport, "")

        call = header(text, b"Call-ID").encode()
        yield said("BYE")
        for method in ("BYE", "CANCEL", "INVITE"):
            yield re.sub(rb"(\nCall-ID: )[^\r]*", rb"\1" + call, said(method))
        yield re.sub(rb"(;branch=|;tag=)", rb"\1x", self.response(
            text, "").replace(b" 200 OK", b" 487 Request Terminated", 1))

    def heavy(self):
        def ask(extra, body=""):
            return request("INVITE", "sip:bob@example.com", self.via,
                           self.transport, extra, body)

        sdp = SDP % {"address": self.own, "port": 40000}
        kind = "Content-Type: application/sdp\r\n"
        yield ask(kind, sdp + "m=audio 40000 RTP/AVP 0\r\n" * 500)
        yield ask(kind, sdp + "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host"
                  "\r\n" * 400)
        yield ask("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx\r\n" * 800)
        yield ask("Via: " + "SIP/2.0/UDP 10.0.0.1, " * 1500 + "x\r\n")
        yield ask("X: a\r\n" + " b\r\n" * 5000)
        yield ask("Content-Type: multipart/mixed;boundary=b\r\n",
                  "--b\r\n\r\n" * 3000 + "--b--\r\n")
        yield ask("Content-Type: multipart/mixed;boundary=b0\r\n",
                  nested_parts(200))
        yield ask("Content-Type: application/pidf+xml\r\n", LAUGHS)

    def blow_ups(self):
        def ask(sdp, kind="Content-Type: application/sdp\r\n"):
            return request("INVITE", "sip:bob@example.com", self.via,
                           self.transport, kind, sdp)

        head = SDP[:SDP.index("m=")] % {"address": self.own}
        yield ask(head + "m=audio 40000/32767 RTP/AVP 0\r\n")
        yield ask(head + "".join("m=audio %d RTP/AVP 0\r\n" % (40000 + 2 * i)
                                 for i in range(400)))
        yield ask("\x1f\x8b\x08" + "\0" * 500,
                  "Content-Type: application/sdp\r\n"
                  "Content-Encoding: gzip\r\n")
        yield ask("".join("--b\r\nContent-Type: application/sdp\r\n\r\n" +
                          SDP % {"address": self.own, "port": 40000 + 2 * i}
                          for i in range(60)) + "--b--\r\n",
                  "Content-Type: multipart/alternative;boundary=b\r\n")

    def third_parties(self, own, other, port):
        mine = {"address": own, "port": port}
        sdp = SDP % mine
        kind = "Content-Type: application/sdp\r\n"

        def ask(extra, body="", method="INVITE"):
            return request(method, "sip:bob@example.com", self.via,
                           self.transport, extra, body)

        yield ask(kind, sdp + "c=IN IP4 %s\r\n" % other)
        yield ask(kind, sdp + "a=rtcp:%d IN IP4 %s\r\n" % (port + 1, other))
        yield ask(kind, sdp + "a=candidate:1 1 UDP 2130706431 %s %d typ host"
                  "\r\n" % (other, port))
        yield ask("Contact: <sip:alice@%s:%d>\r\n" % (other, port) + kind,
                  sdp)
        yield ask("Refer-To: <sip:carol@%s:%d>\r\nReferred-By: "
                  "<sip:alice@example.com>\r\n" % (other, port),
                  method="REFER")
        yield ask("Record-Route: <sip:%s:%d;lr>\r\n" % (other, port) + kind,
                  sdp)
        yield ask("Contact: <sip:alice@%s>, <sip:alice@%s:%d>\r\n"
                  "Expires: 3600\r\n" % (self.via, other, port),
                  method="REGISTER")
        yield ask("Content-Type: multipart/mixed;boundary=b\r\n",
                  "--b\r\n" + kind + "\r\n" + sdp + "--b\r\n" + kind +
                  "\r\n" + SDP % {"address": other, "port": port} +
                  "--b--\r\n")

    def records(self, number):
        return request("OPTIONS", "sip:example.com", self.via, self.transport,
                       "User-Agent: phone/%d\r\n" % number)

    def lifetimes(self, address, port):
        for expires in ("4294967295", "99999999999", "2147483648", "-1"):
            yield request("REGISTER", "sip:example.com", self.via,
                          self.transport,
                          "Contact: <sip:alice@%s>;expires=%s\r\n"
                          "Expires: %s\r\n" % (self.via, expires, expires))

    def ends(self, text):
        call = header(text, b"Call-ID")
        bye = request("BYE", "sip:bob@example.com", self.via, self.transport,
                      "").decode()
        bye = re.sub("Call-ID: [^\r]*", "Call-ID: " + call, bye)
        bye = re.sub("From: [^\r]*", "From: " + header(text, b"From"), bye)
        bye = re.sub("To: ([^\r]*)", r"To: \1;tag=b", bye)
        bye = bye.replace("CSeq: 1", "CSeq: 2").encode()
        return ((True, bye), (False, self.response(bye, "")))

    def answer_at(self, got, address, port):
        """An answer that listens elsewhere."""
        return self.response(
            got, "Contact: <sip:bob@198.51.100.10>\r\n"
            "Content-Type: application/sdp\r\n",
            SDP % {"address": address, "port": port})
