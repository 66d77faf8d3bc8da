# SPDX-License-Identifier: GPL-2.0
"""Direct connections (TCPv1): nonces, then P2P messages with a length."""

import hashlib
import os
import socket
import struct
import uuid

from .p2p import ACK, HEADER
from .wire import Failure

CHUNK = 1352
HANDSHAKE = 0x100
FILE = 0x01000030
SESSION = 4711


def pattern(size):
    """Bytes that are different everywhere."""
    return b"".join(b"%07d\n" % i for i in range(size // 8 + 1))[:size]


class Direct:
    def __init__(self, sock, patience):
        sock.settimeout(patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.file = sock.makefile("rb", 65536)

    def packet(self):
        try:
            head = self.file.read(4)
            length = int.from_bytes(head, "little")
            data = self.file.read(length) if length < 10000 else b""
        except OSError as error:
            raise Failure("direct connection: %s" % error)
        if len(head) < 4 or not data or len(data) < length:
            raise Failure("direct connection ends or is no such thing")
        return data

    def send(self, *packets):
        self.sock.sendall(b"".join(struct.pack("<I", len(data)) + data
                                   for data in packets))

    def close(self):
        self.file.close()
        self.sock.close()


def with_nonce(version, nonce):
    if version == 2:
        return nonce
    return HEADER.pack(0, 1, 0, 0, 0, HANDSHAKE, 0, 0, 0)[:32] + nonce


def check_nonce(version, data, wanted, hashed):
    """@wanted is what the other side wrote: its nonce, or a hash of it."""
    if version == 1:
        if len(data) != 48 or struct.unpack_from("<I", data, 28)[0] != \
                HANDSHAKE:
            raise Failure("no handshake: %r" % data)
        data = data[32:]
    nonce = hashlib.sha1(data).digest()[:16] if hashed else data
    if uuid.UUID(wanted) != uuid.UUID(bytes_le=nonce):
        raise Failure("wrong nonce")
    return data


def accept_direct(sock, version, nonce, theirs, args):
    """The listener's part. @theirs: hash of the connector's nonce, or None."""
    direct = Direct(sock, args.patience)
    if direct.packet() != b"foo\0":
        raise Failure("the connector does not begin with foo")
    check_nonce(version, direct.packet(), theirs or str(
        uuid.UUID(bytes_le=nonce)), bool(theirs))
    direct.send(with_nonce(version, nonce))
    content = pattern(args.size)
    if version == 1:
        send_1(direct, content)
    else:
        send_2(direct, content)
    direct.close()


def open_direct(sock, version, nonce, theirs, hashed, args):
    """The connector's part. @theirs: the listener's word in MSNSLP."""
    direct = Direct(sock, args.patience)
    own = nonce if hashed else uuid.UUID(theirs).bytes_le
    direct.send(b"foo\0", with_nonce(version, own))
    check_nonce(version, direct.packet(), theirs, hashed)
    content = receive_1(direct) if version == 1 else receive_2(direct)
    if content != pattern(args.size):
        raise Failure("%d bytes came, or others" % len(content))
    direct.close()


def send_1(direct, content):
    uid = int.from_bytes(os.urandom(4), "big")
    for at in range(0, len(content), CHUNK):
        part = content[at:at + CHUNK]
        direct.send(HEADER.pack(SESSION, 2, at, len(content), len(part), FILE,
                                uid, 0, 0) + part)
    got = HEADER.unpack(direct.packet())
    if got[5] != ACK or got[6:] != (2, uid, len(content)):
        raise Failure("wrong receipt on the direct connection")


def receive_1(direct):
    content = bytearray()
    total = 1
    while len(content) < total:
        data = direct.packet()
        session, name, at, total, length, _, uid, _, _ = \
            HEADER.unpack_from(data)
        if session != SESSION or at != len(content) or \
                length != len(data) - HEADER.size:
            raise Failure("direct connection out of step")
        content += data[HEADER.size:]
    direct.send(HEADER.pack(SESSION, 3, 0, total, 0, ACK, name, uid, total))
    return content


def send_2(direct, content):
    number = 1000
    for at in range(0, len(content), CHUNK):
        part = content[at:at + CHUNK]
        last = at + len(part) == len(content)
        inner = struct.pack(">BBHI", 8, 6 if at else 7, 1, SESSION) + part
        direct.send(struct.pack(">BBHI", 8, 2 if last else 0, len(inner),
                                number) + inner)
        number += len(inner)
    data = direct.packet()
    if data[8:10] != b"\2\4" or int.from_bytes(data[10:14], "big") != number:
        raise Failure("wrong receipt on the direct connection")


def receive_2(direct):
    content = bytearray()
    how = 0
    while not how & 2:
        data = direct.packet()
        size, how, length, number = struct.unpack_from(">BBHI", data)
        if size != 8 or length != len(data) - 8:
            raise Failure("direct connection out of step")
        content += data[16:]
    direct.send(struct.pack(">BBHIBBI", 16, 0, 0, 5, 2, 4, number + length) +
                bytes(2))
    return content
