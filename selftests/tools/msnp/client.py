# SPDX-License-Identifier: GPL-2.0
"""A client: login, calling and being called."""

import threading

from .wire import Failure, Wire, split_endpoint


class Client:
    """A user who is logged in to the notification server."""

    def __init__(self, server, user, port=1863, patience=30):
        self.server = server
        self.port = port
        self.mail = user if "@" in user else user + "@example.com"
        self.patience = patience
        self.lock = threading.Lock()
        self.product = "MSNMSGR"
        self.version = "5.0.0575"
        self.dialect = "MSNP8"
        self.client_ip = None   # our address as the server sees it
        self.rings = []         # RNGs that came while waiting for others
        self.notices = []       # payloads of UBNs that came meanwhile

    def login(self):
        ns = self.ns = Wire.connect(self.server, self.port, self.patience)
        ns.answer("VER", ns.request("VER", self.dialect, "CVR0"))
        ns.answer("CVR", ns.request(
            "CVR", "0x0409", "winnt", "5.1", "i386", self.product,
            self.version, "MSMSGS", self.mail))
        ns.answer("USR", ns.request("USR", "TWN", "I", self.mail))
        words, _ = ns.answer("USR", ns.request("USR", "TWN", "S",
                                               "t=abc&p=def"))
        if words[2] != "OK":
            raise Failure("login refused: %s" % " ".join(words))
        words, payload = ns.command()
        for line in payload.decode().split("\r\n"):
            if line.startswith("ClientIP: "):
                self.client_ip = line[10:]
        if words[0] != "MSG" or not self.client_ip:
            raise Failure("no profile message after login")
        ns.answer("SYN", ns.request("SYN", "0"))
        ns.answer("CHG", ns.request("CHG", "NLN", "0"))

    @property
    def address(self):
        """Our own address, before any NAT."""
        return self.ns.sock.getsockname()[0]

    def logout(self):
        self.ns.send(b"OUT\r\n")
        self.ns.close()

    def call(self, mail):
        """Asks for a switchboard, calls mail there: a Chat with it."""
        with self.lock:
            trid = self.ns.request("XFR", "SB")
            while True:
                words, _ = self.ns.command()
                if words[0] == "RNG":
                    self.rings.append(words)
                elif words[0] == "XFR" and words[1] == str(trid):
                    break
                elif words[0].isdigit():
                    raise Failure("XFR refused: %s" % " ".join(words))
        address, port = split_endpoint(words[3])
        sb = Wire.connect(address, port, self.patience)
        chat = Chat(self, sb, mail)
        sb.answer("USR", sb.request("USR", self.mail, words[5]))
        sb.answer("CAL", sb.request("CAL", mail))
        while sb.command()[0][0] != "JOI":
            pass
        return chat

    def wait_ring(self, patience=None):
        """The next RNG, for answer()."""
        with self.lock:
            if self.rings:
                return self.rings.pop(0)
            while True:
                words, _ = self.ns.command(patience)
                if words[0] == "RNG":
                    return words

    def notify(self, mail, payload, pieces=0, by="UUN"):
        """MSNSLP without a switchboard: UUN of type 3, or a signal in SDG."""
        ns = self.ns
        ns.trid += 1
        if by == "SDG":
            payload = signal(self.mail, mail, payload)
        to = b"" if by == "SDG" else b"%s 3 " % mail.encode()
        data = b"%s %d %s%d\r\n" % (by.encode(), ns.trid, to,
                                    len(payload)) + payload
        ns.send_pieces(data, pieces)
        while True:
            words, payload = ns.command()
            if self.is_notice(words, payload):
                continue
            if len(words) > 1 and words[1] == str(ns.trid):
                if words[0] != by:
                    raise Failure("%s refused: %s" % (by, " ".join(words)))
                return

    def is_notice(self, words, payload):
        """Keeps what another client has notified us of."""
        if words[0] == "UBN":
            self.notices.append(payload)
        elif words[0] == "SDG" and words[1] == "0":
            self.notices.append(signal_body(payload))
        else:
            return False
        return True

    def wait_notice(self, patience=None):
        """What another client has notified us of."""
        while not self.notices:
            self.is_notice(*self.ns.command(patience))
        return self.notices.pop(0)

    def answer(self, ring):
        address, port = split_endpoint(ring[2])
        sb = Wire.connect(address, port, self.patience)
        chat = Chat(self, sb, ring[5])
        sb.answer("ANS", sb.request("ANS", self.mail, ring[4], ring[1]))
        return chat


def signal(mail, to, body):
    """MSNSLP in an SDG of dialect 21: three blocks of headers before it."""
    return ("Routing: 1.0\r\nTo: 1:%s\r\nFrom: 1:%s\r\n"
            "Service-Channel: PE\r\nOptions: 0\r\n\r\n"
            "Reliability: 1.0\r\n\r\n"
            "Messaging: 2.0\r\nMessage-Type: Signal/P2P\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Length: %d\r\n\r\n" % (to, mail, len(body))
            ).encode() + body


def signal_body(payload):
    """What stands behind the headers; they have to say how long it is."""
    *_, head, body = payload.split(b"\r\n\r\n", 3)
    if b"Content-Length: %d" % len(body) not in head.split(b"\r\n"):
        raise Failure("%d bytes behind %r" % (len(body), head))
    return body


class Chat:
    """One switchboard connection."""

    def __init__(self, client, sb, peer):
        self.client = client
        self.sb = sb
        self.peer = peer    # mail of the other side
        self.acked = 0      # the switchboard has our message of that number
        self.others = []    # messages of other invitations, or plain text

    def fileno(self):
        return self.sb.fileno()

    def leave(self):
        try:
            self.sb.send(b"OUT\r\n")
        except OSError:
            pass
        self.sb.close()

    def frame(self, payload, ack="U"):
        self.sb.trid += 1
        return b"MSG %d %s %d\r\n" % (self.sb.trid, ack.encode(),
                                      len(payload)) + payload

    def step(self, patience=None):
        """The next command: a message from the other side, or None."""
        words, payload = self.sb.command(patience)
        if words[0] == "BYE":
            raise Failure("the other side has left")
        if words[0] == "ACK":
            self.acked = int(words[1])
        return payload if words[0] == "MSG" else None

    def message(self, patience=None):
        """The next message from the other side."""
        payload = None
        while payload is None:
            payload = self.step(patience)
        return payload

    def text(self, text):
        return (b"MIME-Version: 1.0\r\n"
                b"Content-Type: text/plain; charset=UTF-8\r\n\r\n" +
                text.encode())
