# SPDX-License-Identifier: GPL-2.0
"""What each helper listens to, so that one attack can be spoken to all.

A dialect has a greeting, announcements of an endpoint in one or more forms, and
the answers that a helper may wait for.
"""

import itertools
import re
import time

# Helpers remember calls for longer than an attack lasts: no two have one number.
serial = itertools.count(1 + 100000 * (int(time.time()) % 10000))


class Dialect:
    name = ""           # of the helper
    transport = "tcp"
    port = 0
    more_ports = ()     # the helper is attached there as well
    forms = ("plain",)
    service_port = 40000    # what a client of this kind announces
    outsider = "srv"    # who connects to what was announced
    own = ""            # the address of who speaks
    own_port = 5060     # and the port
    modules = ()        # of the kernel
    endless = ()        # beginnings of lines and headers that have no end
    crowd = b""         # a very short command
    foreign_ports = ()  # (port, form) that no client of this kind announces
    narrow = ""         # policy without which those are not foreign to ours
    names_peer = False  # an announcement is for one host outside

    @property
    def label(self):
        return self.name

    def greet(self, pair):
        """Brings a conversation to where an announcement makes sense."""

    def greeting(self):
        """What the client of a web page could send of that, in one piece."""
        return b""

    def announce(self, address, port, form="plain"):
        raise NotImplementedError

    def whole(self, got, text):
        """Whether `got` is all of what was sent as `text`, maybe edited."""
        return got.endswith(text[-4:]) if text else True

    def whole_of(self, text):
        return lambda got: self.whole(got, text)

    def answer(self, got, form="plain"):
        """What the server says to an announcement, as it arrived."""
        return b""

    def read(self, got, form="plain"):
        """The endpoint in an announcement."""
        raise NotImplementedError

    def proto(self, form="plain"):
        """What is opened."""
        return "tcp"

    def from_server(self, address, port):
        """What a hostile server may say to get to an inside host."""
        return ()

    def forget(self, text):
        """What ends, or pretends to end, what `text` announced."""
        return ()

    def heavy(self):
        """Messages that are as much work as a message can be."""
        return ()

    def blow_ups(self):
        """Small messages that ask for much."""
        return ()

    def third_parties(self, own, other, port):
        """What names another host beside the speaker's own address."""
        return ()

    def records(self, number):
        """Lines that teach a helper what kind of client speaks."""
        return b""

    def lifetimes(self, address, port):
        """Announcements that ask to stay open for ever."""
        return ()

    def ends(self, text):
        """What ends for good what `text` announced: (from client, text)."""
        return ()


class Ftp(Dialect):
    name = "ftp"
    port = 21
    forms = ("plain", "eprt")
    modules = ("nf_conntrack_ftp", "nf_nat_ftp")
    endless = (b"PORT 1,2,3,4,5,", b"EPRT |1|1.2.3.4|", b"USER ")
    crowd = b"NOOP\r\n"
    names_peer = True

    def greet(self, pair):
        pair.down(b"220 ready\r\n")
        pair.up(b"USER anonymous\r\n")
        pair.down(b"331 password\r\n")
        pair.up(b"PASS guest\r\n")
        pair.down(b"230 come in\r\n")

    def greeting(self):
        return b"USER anonymous\r\nPASS guest\r\n"

    def announce(self, address, port, form="plain"):
        if form == "eprt":
            return b"EPRT |1|%s|%s|\r\n" % (address.encode(),
                                            str(port).encode())
        number = int(port)
        return b"PORT %s,%d,%d\r\n" % (address.replace(".", ",").encode(),
                                       number >> 8, number & 255)

    def read(self, got, form="plain"):
        if form == "eprt":
            words = got.decode().split("|")
            return words[2], int(words[3])
        words = got.decode().split()[1].split(",")
        return ".".join(words[:4]), int(words[4]) * 256 + int(words[5])

    def answer(self, got, form="plain"):
        return b"200 fine\r\n"

    def from_server(self, address, port):
        number = (address.replace(".", ","), port >> 8, port & 255)
        return (("227 Entering Passive Mode (%s,%d,%d)\r\n" % number).encode(),
                ("PORT %s,%d,%d\r\n" % number).encode(),
                ("EPRT |1|%s|%d|\r\n" % (address, port)).encode())


class Irc(Dialect):
    name = "irc"
    port = 6667
    outsider = "peer"
    modules = ("nf_conntrack_irc", "nf_nat_irc")
    endless = (b"PRIVMSG bob :\1DCC SEND ", b"PRIVMSG bob :", b"NICK ")
    crowd = b"PING\r\n"

    def greet(self, pair):
        pair.up(b"NICK alice\r\n")
        pair.up(b"USER alice 0 * :Alice\r\n")
        pair.down(b":srv.example.com 001 alice :hello\r\n")

    def greeting(self):
        return b"NICK alice\r\nUSER alice 0 * :Alice\r\n"

    def announce(self, address, port, form="plain"):
        number = 0
        for part in address.split("."):
            number = number << 8 | int(part)
        return b"PRIVMSG bob :\1DCC SEND file.txt %d %s 1000\1\r\n" % (
            number, str(port).encode())

    def read(self, got, form="plain"):
        number, port = re.search(rb"file.txt (\d+) (\d+)", got).groups()
        number = int(number)
        return (".".join(str(number >> shift & 255)
                         for shift in (24, 16, 8, 0)), int(port))

    def from_server(self, address, port):
        return (b":bob!b@example.com " + self.announce(address, port),
                self.announce(address, port))
