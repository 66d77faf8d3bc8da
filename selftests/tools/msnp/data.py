# SPDX-License-Identifier: GPL-2.0
"""The data connection of MSNFTP. The file's receiver speaks first."""

import socket

from .wire import Failure

SUCCESS = 16777989


class Data:
    def __init__(self, sock, patience):
        sock.settimeout(patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.file = sock.makefile("rb", 65536)

    def line(self, *wanted):
        try:
            line = self.file.readline(200)
        except OSError as error:
            raise Failure("data connection: %s" % error)
        words = line.decode("utf-8", "replace").split()
        if not line.endswith(b"\r\n") or words[:len(wanted)] != list(wanted):
            raise Failure("data connection: wanted %s, got %r" %
                          (" ".join(wanted), line))
        return words

    def say(self, text):
        self.sock.sendall(text.encode() + b"\r\n")

    def close(self):
        self.file.close()
        self.sock.close()


def send_data(data, content, auth):
    data.line("VER")
    data.say("VER MSNFTP")
    if data.line("USR")[-1] != auth:
        raise Failure("data connection: wrong AuthCookie")
    data.say("FIL %d" % len(content))
    data.line("TFR")
    view = memoryview(content)
    for start in range(0, len(content), 2045 * 32):
        batch = bytearray()
        for i in range(start, min(start + 2045 * 32, len(content)), 2045):
            block = view[i:i + 2045]
            batch += bytes((0, len(block) & 255, len(block) >> 8))
            batch += block
        data.sock.sendall(batch)
    code = data.line("BYE")[-1]
    if code != str(SUCCESS):
        raise Failure("the receiver ends with BYE %s" % code)


def receive_data(data, mail, auth):
    data.say("VER MSNFTP")
    data.line("VER")
    data.say("USR %s %s" % (mail, auth))
    size = int(data.line("FIL")[1])
    data.say("TFR")
    content = bytearray()
    while len(content) < size:
        head = data.file.read(3)
        if len(head) < 3 or head[0] != 0:
            raise Failure("file cut off at %d of %d" % (len(content), size))
        content += data.file.read(head[1] | head[2] << 8)
    data.say("BYE %d" % SUCCESS)
    return content
