#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""SIP messages over one TCP connection through the gateway of topology.sh.

What the server reads is compared with what the client wrote: each message is there,
once and in order, and is the same but for edits. These put the gateway's address and
a port for the client's, change blanks, and Content-Length says the right thing.

Says "writing", then "sent N edited N"; what is wrong is an error.
"""

import re
import socket
import sys
import threading
import time

from sip.lab import Broken, Lab, parser_of, sdp, world_of
from sip.text import Dialog, body, header


def text_of(number, own, inside, size):
    """INVITEs, and texts that look like something to edit."""
    call = Dialog(own, "TCP")
    filler = "".join("%d.%d-" % (number, i) for i in range(size // 4 + 1))[:size]
    if number % 4 == 3:
        return call.ask("MESSAGE", "c=IN IP4 %s\r\n%s" % (inside, filler),
                        kind="text/plain", contact=False)
    told = sdp(inside, "audio %d" % (20000 + 2 * number % 20000))
    return call.ask("INVITE", told + "a=x-filler:%s\r\n" % filler)


def canon(text, addresses):
    """Without what an edit may change. Content-Length is right.

    What is refused stays as it is, in a message that is edited elsewhere.
    """
    head, _, told = text.partition("\r\n\r\n")
    length = header(head + "\r\n\r\n", "Content-Length")
    if int(length) != len(told):
        raise Broken("Content-Length %s of %d bytes" % (length, len(told)))
    head = re.sub(r"(?m)^Content-Length:.*$", "Content-Length: N", head)
    if "text/plain" not in head:
        told = re.sub(r"(?m)^m=audio \d+ ", "m=audio P ", told)
        told = re.sub(addresses, "A", told)
    head = re.sub("(%s)(:\\d+)?" % addresses, "A", head)
    return re.sub(" +", " ", head), re.sub(" +", " ", told)


class Writer(threading.Thread):
    """Writes all of it in segments of so many bytes, or as one."""

    def __init__(self, sock, texts, options):
        super().__init__(daemon=True)
        self.sock, self.texts, self.options = sock, texts, options

    def run(self):
        data = "".join(self.texts).encode()
        size = self.options.chunk or len(data)
        for at in range(0, len(data), size):
            self.sock.sendall(data[at:at + size])
            time.sleep(self.options.gap / 1000)


def connect(lab, options):
    listener = lab.listen(lab.far, 5060, lab.outside)
    sock = lab.socket(lab.who)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if options.mss:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, options.mss)
    sock.bind((lab.inside, 0))
    sock.connect((lab.outside, 5060))
    return sock, lab.keep(listener.accept()[0])


def read(sock, count):
    """So many messages, then the end of the stream."""
    got = ""
    while count:
        head, end, told = got.partition("\r\n\r\n")
        length = header(head + end, "Content-Length").strip() if end else ""
        if end and len(told) >= int(length):
            yield head + end + told[:int(length)]
            got = told[int(length):]
            count -= 1
            continue
        data = sock.recv(65536)
        if not data:
            raise Broken("the stream ends within a message")
        got += data.decode()
    if got or sock.recv(1):
        raise Broken("something is left over: %r" % got[:80])


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--chunk", type=int, help="bytes of a write")
    parser.add_argument("--gap", type=float, default=0, help="ms after it")
    parser.add_argument("--mss", type=int)
    parser.add_argument("--patience", type=float, default=60)
    options = parser.parse_args()
    lab = Lab(world_of(options), "imsip",
              patience=options.patience)
    sock, server = connect(lab, options)
    own = "%s:%d" % sock.getsockname()
    texts = [text_of(n, own, lab.inside, n * 7919 % options.size + 1)
             for n in range(options.count)]
    print("writing", flush=True)
    writer = Writer(sock, texts, options)
    writer.start()
    edited = 0
    both = "|".join(map(re.escape, (lab.inside, lab.gateway)))
    messages = read(server, len(texts))
    for number, (sent, got) in enumerate(zip(texts, messages)):
        if canon(sent, both) != canon(got, both):
            raise Broken("message %d was %r and is %r" % (number, sent, got))
        edited += lab.gateway in body(got)
        if number == len(texts) - 1:
            writer.join()
            sock.shutdown(socket.SHUT_WR)
    next(messages, None)
    print("sent", len(texts), "edited", edited, flush=True)
    lab.over()


if __name__ == "__main__":
    sys.exit(main())
