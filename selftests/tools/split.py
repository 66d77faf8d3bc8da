#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""Calls over SIP on TCP whose messages are cut in many ways.

  split.py server --bind ADDRESS --inside ADDRESS --outside ADDRESS
  split.py client --server ADDRESS [--only CASES] [--count N] [--patience SECONDS]

The client makes a connection for each case and sends INVITEs on it, each with a
session description that names its own address. The server takes the stream apart
by Content-Length alone, compares every line with what was sent, and refuses each
call. For every connection the client says

  case CASE EDITED UNEDITED WRONG MISSING

the number of messages that named the gateway's address instead, or still the
client's own; that were not what they should be; and that never arrived, so that
the connection was of no use any more.
"""

import argparse
import re
import socket
import sys
import threading
import time

PORT = 5060


def say(*words):
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def invite(own, name, number):
    port = 20000 + 2 * number
    body = ("v=0\r\no=alice 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
            "m=audio %d RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-15\r\na=sendrecv\r\n" % (own[0], own[0], port))
    call = "%s-%d" % (name, number)
    return ("INVITE sip:bob@example.com SIP/2.0\r\n"
            "Via: SIP/2.0/TCP %s:%d;branch=z9hG4bK%s\r\n"
            "Max-Forwards: 70\r\n"
            "From: <sip:alice@example.com>;tag=%s\r\n"
            "To: <sip:bob@example.com>\r\n"
            "Call-ID: %s\r\n"
            "CSeq: 1 INVITE\r\n"
            "Contact: <sip:alice@%s:%d;transport=tcp>\r\n"
            "Subject: %s\r\n"
            "Content-Type: application/sdp\r\n"
            "Content-Length: %d\r\n\r\n%s" %
            (own + (call, call, call) + own +
             ("words that nobody reads " * 8, len(body), body))).encode()


# --- the server --------------------------------------------------------------

def header(text, name):
    found = re.search(rb"(?mi)^" + name + rb": *([^\r]*)\r$", text)
    return found[1] if found else b""


def busy(text):
    lines = [b"SIP/2.0 486 Busy Here"]
    lines += [name + b": " + header(text, name)
              for name in (b"Via", b"From", b"Call-ID", b"CSeq")]
    lines += [b"To: " + header(text, b"To") + b";tag=b", b"Content-Length: 0"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


class Judge:
    def __init__(self, options):
        self.inside = options.inside.encode()
        self.outside = options.outside.encode()

    def same(self, got, sent):
        """A line is as it was sent, but for the gateway's address and port."""
        if got == sent:
            return True
        if got.lower().startswith(b"content-length"):
            return True
        pattern = re.escape(sent).replace(re.escape(self.inside),
                                          re.escape(self.outside))
        pattern = re.sub(rb"(:|m=audio\\ )\d+", rb"\1\\d+", pattern)
        return re.fullmatch(pattern, got) is not None

    def of(self, text):
        """What became of a message: edited, unedited or wrong."""
        name, _, number = header(text, b"Call-ID").decode().rpartition("-")
        via = re.search(rb"Via: SIP/2.0/TCP [\d.]+:(\d+)", text)
        if not number.isdigit() or not via:
            return "wrong"
        sent = invite((self.inside.decode(), int(via[1])), name, int(number))
        got, sent = text.split(b"\r\n"), sent.split(b"\r\n")
        if len(got) != len(sent) or not all(map(self.same, got, sent)):
            return "wrong"
        named = [line for line in got if line.startswith(b"c=IN IP4 ")]
        return "edited" if named == [b"c=IN IP4 " + self.outside] else \
            "unedited"


def serve(sock, judge):
    buffer = b""
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            data = sock.recv(65536)
            if not data:
                break
            buffer += data
            while True:
                buffer = buffer.lstrip(b"\r\n")
                end = buffer.find(b"\r\n\r\n") + 4
                if end < 4:
                    break
                length = header(buffer[:end], b"Content-Length")
                end += int(length) if length.isdigit() else 0
                if len(buffer) < end:
                    break
                text, buffer = buffer[:end], buffer[end:]
                # The word for the client goes where helpers do not look.
                sock.sendall(busy(text).replace(
                    b"Content-Length", b"Subject: " +
                    judge.of(text).encode() + b"\r\nContent-Length", 1))
    except OSError:
        pass
    sock.close()


def server(options):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((options.bind, PORT))
    listener.listen(16)
    say("ready")
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock, Judge(options)),
                         daemon=True).start()


# --- the client --------------------------------------------------------------

def cut(data, *places):
    places = (0,) + places + (len(data),)
    return [data[a:b] for a, b in zip(places, places[1:])]


def chunks(data):
    return [data[i:i + 40] for i in range(0, len(data), 40)]


CASES = {
    "whole": lambda one, two: [one],
    "in-headers": lambda one, two: cut(one, one.index(b"\r\nCall-ID")),
    "before-body": lambda one, two: cut(one, one.index(b"\r\n\r\n") + 4),
    "in-address": lambda one, two: cut(one, one.index(b"\r\nc=IN IP4 ") + 15),
    "40-byte-writes": lambda one, two: chunks(one),
    "the-same-nodelay": lambda one, two: chunks(one),
    "two-in-one": lambda one, two: [one + two],
    "one-and-a-half": lambda one, two: [one + two[:500], two[500:]],
    "keep-alive-first": lambda one, two: [b"\r\n\r\n" + one],
    "mss-536": lambda one, two: [one],
}


class Connection:
    def __init__(self, options, name):
        self.sock = socket.socket()
        if name == "mss-536":
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        if name != "40-byte-writes":
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect((options.server, PORT))
        self.own = self.sock.getsockname()
        self.patience = options.patience
        self.answers = b""
        self.words = []

    def wait(self, number):
        """Until so many messages were answered; False if they are not."""
        end = time.monotonic() + self.patience
        while len(self.words) < number:
            self.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                data = self.sock.recv(65536)
            except OSError:
                return False
            if not data:
                return False
            self.answers += data
            self.words = re.findall(rb"\r\nSubject: (\w+)\r\n.*\r\n\r\n",
                                    self.answers)
        return True


def client(options):
    for serial, (name, writes) in enumerate(CASES.items()):
        if options.only and name not in options.only.split(","):
            continue
        conn = Connection(options, name)
        sent = 0
        while sent < 2 * options.count:
            first = 1000 * serial + sent
            one = invite(conn.own, name, first)
            two = invite(conn.own, name, first + 1)
            parts = writes(one, two)
            for part in parts:
                conn.sock.sendall(part)
            sent += 1 + (two[-20:] in b"".join(parts) and
                         b"-%d\r\n" % (first + 1) in b"".join(parts))
            if not conn.wait(sent):
                break
        said = [conn.words.count(word)
                for word in (b"edited", b"unedited", b"wrong")]
        say("case", name, *said, sent - sum(said))
        conn.sock.close()


def main():
    parser = argparse.ArgumentParser()
    modes = parser.add_subparsers(dest="mode", required=True)
    mode = modes.add_parser("server")
    mode.add_argument("--bind", required=True)
    mode.add_argument("--inside", required=True)
    mode.add_argument("--outside", required=True)
    mode = modes.add_parser("client")
    mode.add_argument("--server", required=True)
    mode.add_argument("--only", help="cases, with commas")
    mode.add_argument("--count", type=int, default=3)
    mode.add_argument("--patience", type=float, default=5)
    options = parser.parse_args()
    if options.mode == "server":
        server(options)
    else:
        client(options)


if __name__ == "__main__":
    main()
