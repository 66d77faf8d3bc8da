# SPDX-License-Identifier: GPL-2.0
"""One MSNP connection: lines, payloads, deadlines."""

import select
import socket
import sys
import time

# Commands whose last argument is the length of a payload.
FROM_CLIENT = frozenset("MSG QRY UUX UUN UUM ADL RML FQY SDC PAG PGD PUT DEL "
                        "SDG VAS".split())
FROM_SERVER = frozenset("MSG NOT IPG GCF UBX UBN UBM ADL RML FQY NFY PUT DEL "
                        "SDG".split())


class Failure(Exception):
    """Something did not go as it should; the text says what."""


def say(*words):
    """A line on stdout that a waiting script sees at once."""
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def join_endpoint(address, port):
    return ("[%s]:%d" if ":" in address else "%s:%d") % (address, port)


def split_endpoint(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


class Wire:
    """A connected socket seen as a sequence of MSNP commands."""

    def __init__(self, sock, payload_commands, patience=30):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.payload_commands = payload_commands
        self.patience = patience
        self.buffer = bytearray()
        self.trid = 0

    @classmethod
    def connect(cls, address, port, patience=30):
        sock = socket.create_connection((address, port), timeout=patience)
        return cls(sock, FROM_SERVER, patience)

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def _fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.sock], [], [], left)[0]:
            raise Failure("no answer from the server")
        more = self.sock.recv(65536)
        if not more:
            raise Failure("connection closed")
        self.buffer += more

    def command(self, patience=None):
        """The next command: its words and its payload (b"" if none)."""
        deadline = time.monotonic() + (self.patience if patience is None
                                       else patience)
        while True:
            end = self.buffer.find(b"\r\n")
            if end >= 0:
                break
            if len(self.buffer) > 4096:
                raise Failure("line too long: %r" % bytes(self.buffer[:40]))
            self._fill(deadline)
        words = bytes(self.buffer[:end]).decode("utf-8", "replace").split(" ")
        length = 0
        if words[0] in self.payload_commands and words[-1].isdigit():
            length = int(words[-1])
        end += 2
        while len(self.buffer) < end + length:
            self._fill(deadline)
        payload = bytes(self.buffer[end:end + length])
        del self.buffer[:end + length]
        return words, payload

    def pending(self):
        """A whole line is here already, select() would not tell."""
        return b"\r\n" in self.buffer

    def send(self, data):
        self.sock.sendall(data)

    def send_pieces(self, data, size):
        """So many bytes with each write; 0: all in one."""
        step = size or len(data)
        for i in range(0, len(data), step):
            self.send(data[i:i + step])

    def request(self, name, *words):
        """Sends a command with the next transaction id, which it returns."""
        self.trid += 1
        self.send(" ".join((name, str(self.trid)) + words).encode() + b"\r\n")
        return self.trid

    def answer(self, name, trid, patience=None):
        """Reads up to the answer to a request; what comes between is lost."""
        while True:
            words, payload = self.command(patience)
            if len(words) > 1 and words[1] == str(trid):
                if words[0].isdigit():
                    raise Failure("%s refused: %s" % (name, " ".join(words)))
                if words[0] == name:
                    return words, payload
