# SPDX-License-Identifier: GPL-2.0
"""P2P messages of a switchboard: binary headers of versions 1 and 2, receipts.

Who receives checks all that counts bytes, and acknowledges what it got; who
sends wants receipts that speak of what it sent.
"""

import os
import struct

from .wire import Failure, say

CHUNK = 1202
HEADER = struct.Struct("<IIQQIIIIQ")
ACK = 0x02
FOOTER = 4


def number():
    return int.from_bytes(os.urandom(3), "big") + 1


class Carrier:
    """Messages of a session (0: MSNSLP) to and from the other side."""

    def __init__(self, chat, pieces=0, twice=False, tolerant=False):
        self.chat = chat
        self.mail = chat.client.mail
        self.peer = chat.peer
        self.pieces = pieces
        self.twice = twice
        self.tolerant = tolerant
        self.awaited = {}       # receipts that have to come
        self.inbox = []         # (session, data) of whole messages

    def fileno(self):
        return self.chat.fileno()

    def pending(self):
        return self.chat.sb.pending()

    def transmit(self, binary):
        payload = ("MIME-Version: 1.0\r\n"
                   "Content-Type: application/x-msnmsgrp2p\r\n" +
                   self.envelope() + "\r\n").encode() + binary
        self.chat.sb.send_pieces(self.chat.frame(payload, "D"), self.pieces)

    def chat_first(self, count, patience):
        """More and more chat, so that more and more packets are in flight."""
        for i in range(1, count + 1):
            self.chat.sb.send_pieces(self.chat.frame(self.chat.text(
                "lead " + "x" * 150 * i), "A"), self.pieces)
            self.calm(patience)

    def calm(self, patience):
        """Until the switchboard has all that was sent."""
        while self.chat.acked < self.chat.sb.trid:
            self.read(patience)

    def wrong_receipt(self, *words):
        """Where packets get lost a receipt may pass as it is."""
        if not self.tolerant:
            raise Failure("P2P receipt " + " ".join(str(w) for w in words))
        say("wrong receipt", *words)

    def read(self, patience):
        """Reads one command; inbox has more then if a message has ended."""
        payload = self.chat.step(patience)
        if payload is None:
            return
        head, _, binary = payload.partition(b"\r\n\r\n")
        if b"application/x-msnmsgrp2p" in head:
            self.take(binary)
        else:
            self.chat.others.append(payload)

    def receive(self, patience, session=0):
        """The next message of a session."""
        while True:
            for i, (whose, data) in enumerate(self.inbox):
                if whose == session:
                    del self.inbox[i]
                    return data
            self.read(patience)

    def settle(self, patience):
        """Until all that was sent has its receipt."""
        while self.awaited:
            self.read(patience)


class Version1(Carrier):
    """Little-endian, 48 bytes; a receipt tells the length of a message."""

    version = 1

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.id = number()
        self.parts = {}         # id -> bytes so far
        self.copies = {}        # id -> what came with length 0

    def envelope(self):
        return "P2P-Dest: %s\r\n" % self.peer

    def send(self, data, session=0, footer=0):
        self.id += 1
        uid = number()
        self.awaited[self.id, uid] = len(data)
        for at in range(0, len(data), CHUNK):
            part = data[at:at + CHUNK]
            for length in ([0] if self.twice else []) + [len(part)]:
                self.transmit(
                    HEADER.pack(session, self.id, at, len(data), length, 0,
                                uid, 0, 0) + part + struct.pack(">I", footer))
                if not length:
                    self.calm(30)

    def take(self, binary):
        if len(binary) < HEADER.size + FOOTER:
            raise Failure("P2P message of %d bytes" % len(binary))
        (session, name, offset, total, length, flags, uid, acked_uid,
         acked_size) = HEADER.unpack_from(binary)
        part = binary[HEADER.size:-FOOTER]
        if flags & ACK:
            self.receipt((uid, acked_uid), total, acked_size)
            return
        if not length:
            # libpurple's first copy; the other one is the same.
            if len(part) != total:
                raise Failure("P2P says %d bytes, %d came" %
                              (total, len(part)))
            self.copies[name] = part
            return
        if length != len(part) or offset + length > total or \
                self.copies.pop(name, part) != part:
            raise Failure("P2P: %d bytes of %d at %d, %d came" %
                          (length, total, offset, len(part)))
        have = self.parts.setdefault(name, bytearray())
        if len(have) != offset:
            raise Failure("P2P: part at %d comes at %d" %
                          (offset, len(have)))
        have += part
        if len(have) < total:
            return
        self.id += 1
        self.transmit(HEADER.pack(session, self.id, 0, total, 0, ACK, name,
                                  uid, total) + bytes(FOOTER))
        self.inbox.append((session, bytes(self.parts.pop(name))))

    def receipt(self, which, total, size):
        sent = self.awaited.pop(which, None)
        if sent is None or size != sent or total not in (0, sent):
            self.wrong_receipt("for", size, "total", total, "of", sent)


class Version2(Carrier):
    """Big-endian, with fields; each side numbers its bytes."""

    version = 2
    guids = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.next = number()    # number of our next byte
        self.expected = None    # and of theirs
        self.package = 0
        self.parts = {}
        self.rest = {}

    def envelope(self):
        return "P2P-Dest: %s;%s\r\nP2P-Src: %s;%s\r\n" % (
            self.peer, endpoint(self.peer), self.mail, endpoint(self.mail))

    def send(self, data, session=0, footer=0):
        self.package += 1
        for at in range(0, len(data), CHUNK):
            part = data[at:at + CHUNK]
            rest = len(data) - at - len(part)
            inner = struct.pack(">BBHI", 20 if rest else 8, 0 if at else 1,
                                self.package, session)
            if rest:
                inner += struct.pack(">BBQ", 1, 8, rest) + bytes(2)
            length = len(inner) + len(part)
            if self.awaited or at:
                outer = struct.pack(">BBHI", 8, 2, length, self.next)
            else:
                outer = struct.pack(">BBHI", 24, 3, length, self.next) + \
                    bytes.fromhex("010c0002000000010000000000070000")
            self.next += length
            self.awaited[self.next] = True
            self.transmit(outer + inner + part + struct.pack(">I", footer))

    def take(self, binary):
        size, how, length, first = struct.unpack_from(">BBHI", binary)
        if len(binary) != size + length + FOOTER or size < 8:
            raise Failure("P2P: %d + %d bytes, %d came" %
                          (size, length, len(binary)))
        if self.expected not in (None, first):
            raise Failure("P2P: number %d, wanted %d" %
                          (first, self.expected))
        self.expected = first + length
        fields = tlv(binary[8:size])
        if 2 in fields:
            self.receipt(int.from_bytes(fields[2], "big"))
        if how & 2:
            self.transmit(struct.pack(">BBHIBBI", 16, 0, 0, self.next, 2, 4,
                                      self.expected) + bytes(2) +
                          bytes(FOOTER))
        if length:
            self.take_part(binary[size:-FOOTER])

    def take_part(self, data):
        size, how, package, session = struct.unpack_from(">BBHI", data)
        rest = int.from_bytes(tlv(data[8:size]).get(1, b""), "big")
        part = data[size:]
        if how & 1:
            self.parts[package] = bytearray()
            self.rest[package] = rest + len(part)
        self.parts[package] += part
        self.rest[package] -= len(part)
        if self.rest[package] != rest:
            raise Failure("P2P: %d bytes to come, not %d" %
                          (self.rest[package], rest))
        if not rest:
            self.inbox.append((session, bytes(self.parts.pop(package))))

    def receipt(self, up_to):
        if not self.awaited.pop(up_to, None):
            self.wrong_receipt("up to", up_to, "of", list(self.awaited))


def tlv(data):
    fields = {}
    at = 0
    while at < len(data):
        if not data[at]:
            at += 1
            continue
        fields[data[at]] = data[at + 2:at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return fields


def endpoint(mail):
    """The id of the computer where somebody is logged in."""
    return "{%s-0000-4000-8000-000000000000}" % mail.encode().hex()[:8]


class Notice:
    """Bare MSNSLP over the notification server: UUN and UBN of type 3."""

    version = 2
    by = "UUN"

    def __init__(self, client, peer, pieces=0):
        self.client = client
        self.mail = client.mail
        self.peer = peer
        self.pieces = pieces

    def fileno(self):
        return self.client.ns.fileno()

    def pending(self):
        return bool(self.client.notices) or self.client.ns.pending()

    def send(self, data):
        self.client.notify(self.peer, data, self.pieces, self.by)

    def receive(self, patience):
        return self.client.wait_notice(patience)

    def settle(self, patience):
        """There are no receipts."""


class Signal(Notice):
    """The same in SDG, as without switchboards."""

    by = "SDG"
