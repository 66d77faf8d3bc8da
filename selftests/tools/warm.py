# SPDX-License-Identifier: GPL-2.0
"""Python that has started already, for programs that net tests start often.

  warm.py SOCKET [MODULE...]   imports the modules, then waits at SOCKET

"warm SOCKET FILE|-|-c CODE ARGUMENT..." (warm.c) then is what "python3 FILE|-|-c
CODE ARGUMENT..." would be: this process forks, and the child takes over files,
directory and network namespace of that one. Its end is told there, and if that one
is killed, so is the child. In an emulated machine this saves most of a second.
"""

import argparse     # what most of the programs want
import array
import base64
import ctypes
import gc
import hashlib
import importlib
import io
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import types
import uuid

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
WANTED = (argparse, base64, hashlib, subprocess, threading, uuid)

libc = ctypes.CDLL(None, use_errno=True)


def take(listener):
    """Who asks, the words of the command, and the descriptors that it gives."""
    conn = listener.accept()[0]
    fds = array.array("i")
    data, control, _, _ = conn.recvmsg(1 << 20, socket.CMSG_SPACE(5 * 4))
    for level, kind, value in control:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(value[:len(value) // 4 * 4])
    return conn, [os.fsdecode(word) for word in data.split(b"\0")], list(fds)


def become(fds):
    """In the child: who asks."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if libc.setns(fds[3], CLONE_NEWNET):
        sys.exit("warm: setns: %s" % os.strerror(ctypes.get_errno()))
    os.fchdir(fds[4])
    for fd in range(3):
        os.dup2(fds[fd], fd)
    for fd in fds:
        os.close(fd)


class Children:
    def __init__(self, listener):
        self.listener = listener
        self.conn_of = {}           # pidfd: connection
        self.pid_of = {}            # pidfd: process

    def begin(self):
        """The words of the command, in the child only."""
        conn, words, fds = take(self.listener)
        if len(fds) != 5:
            conn.close()
            return None
        pid = os.fork()
        if not pid:
            for each in [conn, self.listener, *self.conn_of.values()]:
                each.close()
            for pidfd in self.conn_of:
                os.close(pidfd)
            become(fds)
            return words
        for fd in fds:
            os.close(fd)
        pidfd = os.pidfd_open(pid)
        self.conn_of[pidfd] = conn
        self.pid_of[pidfd] = pid
        return None

    def end(self, pidfd):
        status = os.waitpid(self.pid_of.pop(pidfd), 0)[1]
        with self.conn_of.pop(pidfd) as conn:
            try:
                conn.send(status.to_bytes(4, sys.byteorder))
            except OSError:         # gone before
                pass
        os.close(pidfd)

    def heard(self, pidfd, conn):
        """A number is a signal for it; nothing, that its master has died."""
        try:
            word = conn.recv(1)
        except OSError:
            word = b""
        signal.pidfd_send_signal(pidfd, word[0] if word else signal.SIGKILL)
        if not word:
            self.end(pidfd)

    def serve(self):
        """Returns the words of a command, in a child."""
        while True:
            ready = select.select([self.listener, *self.conn_of,
                                   *self.conn_of.values()], [], [])[0]
            for pidfd, conn in list(self.conn_of.items()):
                if pidfd in ready:
                    self.end(pidfd)
                elif conn in ready:
                    self.heard(pidfd, conn)
            if self.listener in ready:
                words = self.begin()
                if words:
                    return words


def run(words):
    """As the interpreter would, from its first word."""
    source = None
    if words[0] == "-":
        source = sys.stdin.read()
    elif words[0] == "-c":
        source = words.pop(1)
    sys.argv = words
    if source is None:
        sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
        runpy.run_path(words[0], run_name="__main__")
    else:
        sys.path[0] = ""
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(source, "<%s>" % words[0], "exec"), vars(module))


def main():
    path = sys.argv[1]
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for module in sys.argv[2:]:
        importlib.import_module(module)
    gc.freeze()                     # so that children need no pages of their own
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path + ".new")
    listener.listen(64)
    os.rename(path + ".new", path)
    words = Children(listener).serve()
    # It was opened for another file.
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    run(words)


if __name__ == "__main__":
    main()
