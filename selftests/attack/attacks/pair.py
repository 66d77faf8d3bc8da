# SPDX-License-Identifier: GPL-2.0
"""Two ends of a conversation through the gateway, both in our hands."""

import socket

from .world import PATIENCE, SHORT

QUIET = 0.3     # seconds in which the rest of a message would have come


class Lost(Exception):
    """What was sent does not arrive."""


class Stream:
    """A TCP connection from inside to a server outside."""

    transport = "tcp"

    def __init__(self, world, port, client="lan1", server="srv", sport=0,
                 source="", mss=0):
        listener = world.listen(server, port)
        try:
            self.client = world.socket(client)
            if mss:
                self.client.setsockopt(socket.IPPROTO_TCP,
                                       socket.TCP_MAXSEG, mss)
            self.client.bind((source, sport))
            self.client.connect((world.address[server], port))
            self.server, self.seen = listener.accept()
        finally:
            listener.close()
        for sock in (self.client, self.server):
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.client.close()
        self.server.close()

    @staticmethod
    def _move(source, sink, data, whole):
        """Sends data as a packet of its own; what arrives by then.

        An edit may change its length: whole() says when it is complete. Without
        that it is when it ends like what was sent and no more comes.
        """
        source.sendall(data)
        got = b""
        try:
            while not whole(got) if whole else len(got) < len(data):
                if not whole:
                    sink.settimeout(QUIET if got.endswith(data[-2:])
                                    else PATIENCE)
                more = sink.recv(65536)
                if not more:
                    raise Lost("the connection was closed")
                got += more
        except (socket.timeout, ConnectionError) as error:
            if whole or not got.endswith(data[-2:]):
                raise Lost("%d of %d bytes arrive, %r: %s" % (
                    len(got), len(data), got[-30:], error)) from error
        finally:
            sink.settimeout(PATIENCE)
        return got

    def up(self, data, whole=None):
        return self._move(self.client, self.server, data, whole)

    def down(self, data, whole=None):
        return self._move(self.server, self.client, data, whole)


class Datagrams:
    """The same with UDP; each message is a datagram."""

    transport = "udp"

    def __init__(self, world, port, client="lan1", server="srv", sport=0,
                 source="", **_):
        self.server = world.datagrams(server, port)
        self.client = world.datagrams(client, sport, source)
        self.client.connect((world.address[server], port))
        self.seen = None

    def close(self):
        self.client.close()
        self.server.close()

    def up(self, data, whole=None):
        self.client.send(data)
        try:
            got, self.seen = self.server.recvfrom(65536)
        except socket.timeout as error:
            raise Lost("the datagram does not arrive") from error
        if whole and not whole(got):
            raise Lost("only %r arrives" % got[-60:])
        return got

    def down(self, data, whole=None):
        self.server.sendto(data, self.seen)
        try:
            return self.client.recv(65536)
        except socket.timeout as error:
            raise Lost("the answer does not arrive") from error


PAIRS = {"tcp": Stream, "udp": Datagrams}


class Target:
    """Who listens inside, and must not be reached."""

    def __init__(self, world, where, port, proto):
        self.proto = proto
        self.where = where
        self.port = port
        self.sock = world.listen(where, port) if proto == "tcp" else \
            world.datagrams(where, port)
        self.sock.setblocking(False)

    def __str__(self):
        return "%s %s:%d" % (self.proto, self.where, self.port)

    def reached(self):
        try:
            if self.proto == "tcp":
                self.sock.accept()[0].close()
            else:
                self.sock.recv(100)
            return True
        except BlockingIOError:
            return False

    def close(self):
        self.sock.close()


def knock(world, where, proto, address, port, seconds=SHORT):
    """Tries to get in from outside; whether somebody let us connect."""
    if proto == "udp":
        sock = world.socket(where, socket.SOCK_DGRAM)
        try:
            sock.sendto(b"knock", (address, port))
        except OSError:
            pass
        sock.close()
        return False
    sock = world.socket(where)
    sock.settimeout(seconds)
    try:
        sock.connect((address, port))
        return True
    except OSError:
        return False
    finally:
        sock.close()
