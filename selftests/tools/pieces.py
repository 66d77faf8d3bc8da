#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""A switchboard connection whose client writes its messages in pieces.

  pieces.py server --bind ADDRESS --outside ADDRESS [--mss N] [--window BYTES]
  pieces.py client --server ADDRESS [OPTIONS]
  pieces.py client --server ADDRESS --rows FILE

The client sends file-transfer invitations (ACCEPT, with its own address) and
chat. The server checks every byte: a message is as it was sent, or it is an
invitation that names the gateway's outside address and a port of four digits,
maybe with blanks at its end, and is the same otherwise.
It answers each with an ACK, so the client knows how long that took. For every
connection it says

  end EDITED UNEDITED CHAT REST

REST is the number of bytes behind the last whole message; "end" is "reset" if
the connection was reset and "corrupt" if a byte was wrong. The client says

  sent MESSAGES median MS max MS total SECONDS p95 MS repeats SEGMENTS

With --rows it makes a connection for each line of FILE, which has its OPTIONS,
and says "failed" and why of those that fail. One begins when the server has said
what became of the one before, so both tell of them in the same order.
"""

import argparse
import re
import select
import shlex
import socket
import struct
import sys
import threading
import time
from ipaddress import ip_address

PORT = 1863
LISTENER = 6891
HEAD = ("MIME-Version: 1.0\r\n"
        "Content-Type: text/%s; charset=UTF-8\r\n\r\n")


class Corrupt(Exception):
    pass


def say(*words):
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def filler(number, length):
    """Text that is different everywhere."""
    text = "".join("%d.%d-" % (number, i) for i in range(length // 4 + 1))
    return text[:length]


def invitation(number, address, length):
    return (HEAD % "x-msmsgsinvite" +
            "Invitation-Command: ACCEPT\r\n"
            "Invitation-Cookie: %d\r\n"
            "IP-Address: %s\r\n"
            "Port: %d\r\n"
            "AuthCookie: 93301\r\n"
            "Filler: %s\r\n\r\n" %
            (number, address, LISTENER, filler(number, length))).encode()


def chat(number, length):
    return (HEAD % "plain" + "%d %s" % (number, filler(number, length))).encode()


def frame(number, payload):
    return b"MSG %d U %d\r\n" % (number, len(payload)) + payload


# --- the server --------------------------------------------------------------

class Reader:
    """Takes a stream apart and checks it."""

    def __init__(self, inside, outside):
        self.inside = inside.encode()
        self.outside = ip_address(outside)
        self.buffer = bytearray()
        self.edited = self.unedited = self.chats = 0
        self.next = 2

    def payload(self):
        """The next whole message; None if there is none yet."""
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return None
        head = re.fullmatch(rb"MSG (\d+) U (\d+)", bytes(self.buffer[:end]))
        if not head or int(head[1]) != self.next:
            raise Corrupt("line %r, wanted number %d" %
                          (bytes(self.buffer[:end]), self.next))
        length = int(head[2])
        if len(self.buffer) < end + 2 + length:
            return None
        payload = bytes(self.buffer[end + 2:end + 2 + length])
        del self.buffer[:end + 2 + length]
        return payload

    def check(self, payload):
        if b"text/plain" in payload[:60]:
            self.chats += 1
            wanted = chat(self.next, len(payload) - len(chat(self.next, 0)))
            if payload != wanted:
                raise Corrupt("chat %d: %r" % (self.next, payload))
            return
        true, edits = payload, False
        found = re.search(rb"\r\nIP-Address: (\S+)\r\nPort: [1-9]\d{3}\r\n",
                          payload)
        if found and found[1] != self.inside and \
                ip_address(found[1].decode()) == self.outside:
            edits = True
            true = payload.replace(found[0],
                                   b"\r\nIP-Address: %s\r\nPort: %d\r\n" %
                                   (self.inside, LISTENER))
        if edits:
            # Blanks at the end make up for a shorter address.
            true = true.rstrip(b" ")
        length = re.search(rb"\r\nFiller: ([^\r]*)\r\n", true)
        if not length or true != invitation(self.next, self.inside.decode(),
                                            len(length[1])):
            raise Corrupt("invitation %d: %r" % (self.next, payload))
        if edits:
            self.edited += 1
        else:
            self.unedited += 1

    def take(self, data):
        """More bytes; the numbers of the messages that they end."""
        self.buffer += data
        while True:
            payload = self.payload()
            if payload is None:
                return
            self.check(payload)
            yield self.next
            self.next += 1


def first_line(sock):
    line = b""
    while not line.endswith(b"\r\n"):
        byte = sock.recv(1)
        if not byte:
            raise Corrupt("no first line")
        line += byte
    return line.decode().split()


def serve(sock, options):
    how, reader = "end", None
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        words = first_line(sock)
        if len(words) != 4 or words[0] != "USR":
            raise Corrupt("first line %r" % words)
        reader = Reader(words[3], options.outside)
        sock.sendall(b"USR 1 OK %s %s\r\n" % (words[2].encode(),
                                              words[2].encode()))
        while True:
            data = sock.recv(65536)
            if not data:
                break
            for number in reader.take(data):
                sock.sendall(b"ACK %d\r\n" % number)
    except Corrupt as error:
        how = "corrupt"
        say("#", error)
    except ConnectionResetError:
        how = "reset"
    except BrokenPipeError:
        pass
    if reader:
        say(how, reader.edited, reader.unedited, reader.chats,
            len(reader.buffer))
    else:
        say(how, 0, 0, 0, 0)
    sock.close()


def server(options):
    family = socket.AF_INET6 if ":" in options.bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.mss:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG,
                            options.mss)
    if options.window:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                            options.window)
    listener.bind((options.bind, PORT))
    listener.listen(16)
    say("ready")
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock, options),
                         daemon=True).start()


# --- the client --------------------------------------------------------------

def retransmitted():
    """Segments that this namespace has sent again."""
    with open("/proc/net/snmp", encoding="ascii") as file:
        names, values = [line.split() for line in file
                         if line.startswith("Tcp:")]
    return int(values[names.index("RetransSegs")])


class Client:
    def __init__(self, options):
        self.options = options
        self.repeats = retransmitted()
        family = socket.AF_INET6 if ":" in options.server else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        if options.mss:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG,
                                 options.mss)
        if not options.nagle:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(options.patience)
        self.sock.connect((options.server, PORT))
        self.address = self.sock.getsockname()[0]
        self.acked = 1
        self.number = 1
        self.answers = b""
        self.began = {}
        self.took = []
        self.sock.sendall(b"USR 1 a@example.com %s\r\n" %
                          self.address.encode())
        if first_line(self.sock)[:3] != ["USR", "1", "OK"]:
            raise SystemExit("not let in")

    def message(self):
        self.number += 1
        options = self.options
        size = options.size
        if options.mixed:
            # Anything from --size to --mixed, the same each time.
            size += self.number * 7919 % (options.mixed - size)
        if options.chat and self.number % options.chat == 0:
            data = frame(self.number, chat(self.number, size))
        else:
            data = frame(self.number, invitation(self.number, self.address,
                                                 size))
        self.began[self.number] = None
        return data

    def write(self, data):
        """One write; what begins in it begins now."""
        now = time.monotonic()
        for number, began in self.began.items():
            if began is None and b"MSG %d U" % number in data:
                self.began[number] = now
        self.sock.sendall(data)
        if self.options.gap:
            time.sleep(self.options.gap / 1000)

    def read(self, deadline):
        if not select.select([self.sock], [], [],
                             max(0, deadline - time.monotonic()))[0]:
            raise SystemExit("no ACK %d in time" % (self.acked + 1))
        data = self.sock.recv(65536)
        if not data:
            raise SystemExit("closed before ACK %d" % (self.acked + 1))
        self.answers += data
        *lines, self.answers = self.answers.split(b"\r\n")
        for line in lines:
            self.acked += 1
            if line != b"ACK %d" % self.acked:
                raise SystemExit("answer %r, wanted %d" % (line, self.acked))
            began = self.began.pop(self.acked)
            if began is not None:
                self.took.append(time.monotonic() - began)

    def wait(self):
        """Until all that was sent is acknowledged."""
        deadline = time.monotonic() + self.options.patience
        while self.acked < self.number:
            self.read(deadline)

    def groups(self):
        """What is written between two waits, in writes."""
        options = self.options
        how, _, n = options.plan.partition(":")
        count = options.count
        if how == "every":
            step = int(n or 1)
            cut = 1
            while True:
                data = self.message()
                if cut >= len(data):
                    yield [data]
                    return
                yield [data[:cut], data[cut:]]
                cut += step
        for _ in range(count):
            if how == "whole":
                yield [self.message()]
            elif how == "chunk":
                data = self.message()
                size = int(n)
                yield [data[i:i + size] for i in range(0, len(data), size)]
            elif how == "body":
                data = self.message()
                line = data.index(b"\r\n") + 2
                yield [data[:line], data[line:]]
            elif how == "pair":
                yield [self.message() + self.message()]
            elif how == "half":
                one, two = self.message(), self.message()
                middle = len(two) // 2
                yield [one + two[:middle], two[middle:]]
            else:
                raise SystemExit("no such plan: " + options.plan)

    def close(self):
        """Over when the server closes too: a lost FIN takes its time."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
            while self.sock.recv(4096):
                pass
        except OSError:
            pass
        self.sock.close()

    def finish(self):
        """Half a message at the end, and how the connection ends."""
        how = self.options.finish
        if how == "close":
            self.close()
            return
        data = self.message()
        self.sock.sendall(data[:len(data) // 2])
        if how == "fin":
            self.sock.shutdown(socket.SHUT_WR)
            while self.sock.recv(4096):
                pass
        elif how == "rst":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
        elif how == "hang":
            say("hanging")
            input()
            self.sock.sendall(data[len(data) // 2:])
            self.wait()
        self.sock.close()

    def run(self):
        start = time.monotonic()
        for writes in self.groups():
            for data in writes:
                self.write(data)
            if not self.options.burst:
                self.wait()
            if self.options.pause:
                time.sleep(self.options.pause / 1000)
        self.wait()
        total = time.monotonic() - start
        took = sorted(self.took) or [0]
        say("sent", self.number - 1, "median",
            "%.1f" % (took[len(took) // 2] * 1000), "max",
            "%.1f" % (took[-1] * 1000), "total", "%.2f" % total, "p95",
            "%.1f" % (took[len(took) * 95 // 100] * 1000), "repeats",
            retransmitted() - self.repeats)
        self.finish()


def rows(parser, options):
    """A client for each line of a file."""
    with open(options.rows, encoding="ascii") as file:
        lines = file.read().splitlines()
    for line in lines:
        one = parser.parse_args(["client", "--server", options.server,
                                 "--patience", str(options.patience)] +
                                shlex.split(line))
        try:
            Client(one).run()
        except (SystemExit, OSError) as error:
            say("failed", error)


def main():
    parser = argparse.ArgumentParser()
    modes = parser.add_subparsers(dest="mode", required=True)
    mode = modes.add_parser("server")
    mode.add_argument("--bind", required=True)
    mode.add_argument("--outside", required=True)
    mode.add_argument("--mss", type=int)
    mode.add_argument("--window", type=int)
    mode = modes.add_parser("client")
    mode.add_argument("--server", required=True)
    mode.add_argument("--plan", default="whole", help="whole, chunk:N, "
                      "every[:STEP] (cut in two at each place), body (the line, "
                      "then the rest), pair, half")
    mode.add_argument("--count", type=int, default=10)
    mode.add_argument("--size", type=int, default=100)
    mode.add_argument("--mixed", type=int, help="sizes up to this")
    mode.add_argument("--chat", type=int, help="every Nth message is chat")
    mode.add_argument("--gap", type=float, default=0, help="ms after a write")
    mode.add_argument("--pause", type=float, default=0,
                      help="ms after what is written at once")
    mode.add_argument("--rows")
    mode.add_argument("--burst", action="store_true", help="wait for no ACK")
    mode.add_argument("--nagle", action="store_true")
    mode.add_argument("--mss", type=int)
    mode.add_argument("--finish", default="close",
                      choices=("close", "fin", "rst", "hang"))
    mode.add_argument("--patience", type=float, default=30)
    options = parser.parse_args()
    if options.mode == "server":
        server(options)
    elif options.rows:
        rows(parser, options)
    else:
        Client(options).run()


if __name__ == "__main__":
    main()
