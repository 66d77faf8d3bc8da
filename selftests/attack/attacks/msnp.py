# SPDX-License-Identifier: GPL-2.0
"""The dialect of MSN Messenger: a switchboard connection."""

import re

from .dialect import Dialect, serial


def invitation(*lines):
    return ("MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n" +
            "".join(line + "\r\n" for line in lines) + "\r\n").encode()


def accept(address, port, cookie):
    return invitation("Invitation-Command: ACCEPT",
                      "Invitation-Cookie: %d" % cookie,
                      "IP-Address: %s" % address, "Port: %s" % port,
                      "AuthCookie: 93301", "Launch-Application: FALSE",
                      "Request-Data: IP-Address:")


class Msnp(Dialect):
    name = "msnp"
    port = 1863
    more_ports = (1864,)
    service_port = 6891
    outsider = "peer"
    modules = ("nf_conntrack_im",)
    crowd = b"PNG\r\n"
    foreign_ports = ((1024, "plain"), (6880, "plain"), (7000, "plain"),
                     (40000, "plain"))
    endless = (b"MSG 9 N 1000000\r\nMIME-Version: 1.0\r\nX: ",
               b"MSG 9 N 4294967297\r\n", b"MSG 9 N ", b"USR ",
               b"MSG 9 N 8000\r\nMIME-Version: 1.0\r\nContent-Type: "
               b"text/x-msmsgsinvite; charset=UTF-8\r\n\r\nIP-Address: ")

    def greet(self, pair):
        pair.up(b"USR 1 alice@example.com 1115000001.20001\r\n")
        pair.down(b"USR 1 OK alice@example.com Alice\r\n")
        pair.up(b"CAL 2 bob@example.com\r\n")
        pair.down(b"CAL 2 RINGING 17\r\nJOI bob@example.com Bob\r\n")

    def greeting(self):
        return (b"USR 1 alice@example.com 1115000001.20001\r\n"
                b"CAL 2 bob@example.com\r\n")

    def announce(self, address, port, form="plain"):
        payload = accept(address, port, next(serial))
        return b"MSG %d N %d\r\n" % (next(serial), len(payload)) + payload

    def whole(self, got, text):
        if not text.startswith(b"MSG"):
            return got.endswith(text[-2:])
        line, found, payload = got.partition(b"\r\n")
        return bool(found) and len(payload) >= int(line.split()[-1])

    def read(self, got, form="plain"):
        return (re.search(rb"IP-Address: (\S+)\r", got)[1].decode(),
                int(re.search(rb"\nPort: (\d+)", got)[1]))

    def from_server(self, address, port):
        payload = accept(address, port, next(serial))
        return (b"MSG bob@example.com Bob %d\r\n" % len(payload) + payload,
                self.announce(address, port),
                b"XFR 5 SB %s:%d CKI 17262740.1050826919.32308\r\n" % (
                    address.encode(), port),
                b"XFR 5 NS %s:%d 0 %s:1863\r\n" % (
                    address.encode(), port, address.encode()),
                b"RNG 11752013 %s:%d CKI 849102291.520491113 bob@example.com "
                b"Bob\r\n" % (address.encode(), port))

    def forget(self, text):
        cookie = re.search(rb"Invitation-Cookie: (\d+)", text)[1].decode()
        payload = invitation("Invitation-Command: CANCEL",
                             "Invitation-Cookie: " + cookie,
                             "Cancel-Code: TIMEOUT")
        yield b"MSG %d N %d\r\n" % (next(serial), len(payload)) + payload

    def heavy(self):
        def message(payload):
            return b"MSG %d N %d\r\n" % (next(serial), len(payload)) + payload

        yield message(invitation(*["IP-Address: 10.0.0.1"] * 300))
        yield message(invitation(*["Port: 6891"] * 600))
        yield message(invitation("X" * 7800))
        yield message(invitation(*[""] * 3000))
        yield message(invitation(*["A:"] * 1800))
        yield message(accept(self.own, "0" * 3000 + "6891", 7))
        yield message(invitation("Invitation-Command: ACCEPT",
                                 "<a>" * 2000))

    def blow_ups(self):
        def message(payload):
            return b"MSG %d N %d\r\n" % (next(serial), len(payload)) + payload

        lines = ["IP-Address: %s" % self.own, "Port: 6891"] * 7
        yield message(invitation("Invitation-Command: ACCEPT",
                                 "Invitation-Cookie: 1", *lines))
        yield b"".join(self.announce(self.own, 6891 + i % 10)
                       for i in range(60))

    def third_parties(self, own, other, port):
        def message(*lines):
            payload = invitation("Invitation-Command: ACCEPT",
                                 "Invitation-Cookie: %d" % next(serial),
                                 *lines)
            return b"MSG %d N %d\r\n" % (next(serial), len(payload)) + payload

        yield message("IP-Address: %s" % other, "Port: %d" % port,
                      "IP-Address: %s" % own)
        yield message("IP-Address: %s" % own, "IP-Address-Internal: %s" %
                      other, "Port: %d" % port, "PortX: %d" % port,
                      "PortX-Internal: %d" % port)
        yield message("IP-Address: %s" % own, "Port: %d" % port,
                      "IP-Address: %s" % other)
        yield message("IP-Address: %s %s" % (other, own), "Port: %d" % port)

    def records(self, number):
        return b"".join(b"%s\r\n" % line for line in (
            b"VER 1 MSNP8 CVR0",
            b"CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.%04d MSMSGS a@b.c" %
            (number % 10000)))
