# SPDX-License-Identifier: GPL-2.0
"""A notification server and switchboards, enough for file transfers.

Every connection has a thread. A switchboard relays payloads byte for byte; what
is no proper MSNP from a client is reported as a line "corrupt ..." on stdout and
ends the connection, so a damaged stream does not go unseen.
"""

import os
import socket
import threading

from .wire import FROM_CLIENT, Failure, Wire, join_endpoint, say

KNOWN = frozenset("VER CVR INF USR SYN CHG PNG XFR OUT ANS CAL MSG QRY UUX "
                  "BLP GTC ADD REM REA LST PRP ADL UUN SDG".split())


class Chat:
    """One switchboard session."""

    def __init__(self, number):
        self.number = number
        self.key = "%d.%d" % (1115000000 + number, 20000 + number)
        self.members = []


class Server:
    def __init__(self, bind, ns_port, sb_port, record=None, pieces=0):
        self.bind = bind
        self.ns_port = ns_port
        self.sb_port = sb_port
        self.record = record
        self.pieces = pieces    # bytes of one write, 0 for all at once
        self.lock = threading.Lock()
        self.online = {}        # mail -> Connection to the notification server
        self.chats = {}         # key -> Chat
        self.count = 0

    def new_chat(self):
        with self.lock:
            self.count += 1
            chat = Chat(self.count)
            self.chats[chat.key] = chat
            return chat

    def listen(self):
        listeners = []
        for port in sorted({self.ns_port, self.sb_port}):
            family = socket.AF_INET6 if ":" in self.bind else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self.bind, port))
            sock.listen(200)
            listeners.append(sock)
        return listeners

    def accept(self, listener):
        number = 0
        while True:
            sock, _ = listener.accept()
            number += 1
            name = "%d-%d" % (listener.getsockname()[1], number)
            threading.Thread(target=Connection(self, sock, name).run,
                             daemon=True).start()

    def run(self):
        listeners = self.listen()
        for listener in listeners[1:]:
            threading.Thread(target=self.accept, args=(listener,),
                             daemon=True).start()
        say("ready", self.ns_port, self.sb_port)
        self.accept(listeners[0])


class Connection:
    """One client, on the notification server or on a switchboard."""

    def __init__(self, server, sock, name):
        self.server = server
        self.name = name
        self.wire = Wire(sock, FROM_CLIENT, patience=3600)
        self.sending = threading.Lock()
        self.mail = None
        self.chat = None
        self.log = None
        if server.record:
            self.log = open(os.path.join(server.record, name), "wb",
                            buffering=0)

    def send(self, text, payload=b""):
        data = text.encode() + b"\r\n" + payload
        step = self.server.pieces or len(data)
        with self.sending:
            try:
                for i in range(0, len(data), step):
                    self.wire.send(data[i:i + step])
            except OSError:
                pass    # its own thread will see that it is gone

    def run(self):
        try:
            while True:
                words, payload = self.wire.command()
                if self.log:
                    self.log.write(" ".join(words).encode() + b"\r\n" +
                                   payload)
                if words[0] not in KNOWN:
                    say("corrupt", self.name, repr(words)[:120])
                    break
                if not getattr(self, "on_" + words[0].lower(),
                               self.on_other)(words, payload):
                    break
        except Failure as failure:
            if "closed" not in str(failure):
                say("corrupt", self.name, failure)
            elif self.wire.buffer:
                say("truncated", self.name, len(self.wire.buffer))
        except (OSError, ValueError, IndexError) as error:
            say("dropped", self.name, repr(error))
        self.leave()

    def leave(self):
        with self.server.lock:
            if self.server.online.get(self.mail) is self:
                del self.server.online[self.mail]
            others = []
            if self.chat and self in self.chat.members:
                self.chat.members.remove(self)
                others = list(self.chat.members)
                if not others:
                    self.server.chats.pop(self.chat.key, None)
        for other in others:
            other.send("BYE %s" % self.mail)
        self.wire.close()

    # --- notification server ---

    def on_ver(self, words, _):
        dialects = [word for word in words[2:] if word.startswith("MSNP")]
        self.send("VER %s %s CVR0" % (words[1], dialects[0]))
        return True

    def on_cvr(self, words, _):
        version = words[7] if len(words) > 7 else "5.0.0575"
        self.send("CVR %s %s %s 1.0.0000 http://example.com/get "
                  "http://example.com" % (words[1], version, version))
        return True

    def on_usr(self, words, _):
        if words[2] != "TWN":
            return self.join(words)
        if words[3] == "I":
            self.mail = words[4]
            self.send("USR %s TWN S lc=1033,id=507,tw=40" % words[1])
            return True
        self.send("USR %s OK %s %s 1 0" % (words[1], self.mail, self.mail))
        address, port = self.wire.sock.getpeername()[:2]
        swapped = (port & 0xff) << 8 | port >> 8
        profile = ("MIME-Version: 1.0\r\n"
                   "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
                   "LoginTime: 1115371000\r\nEmailEnabled: 1\r\n"
                   "preferredEmail: %s\r\nClientIP: %s\r\nClientPort: %d\r\n"
                   "\r\n" % (self.mail, address, swapped)).encode()
        self.send("MSG Hotmail Hotmail %d" % len(profile), profile)
        return True

    def on_chg(self, words, _):
        with self.server.lock:
            self.server.online[self.mail] = self
        self.send("CHG %s %s %s" % (words[1], words[2], words[3]))
        return True

    def on_png(self, _words, _):
        self.send("QNG 45")
        return True

    def on_xfr(self, words, _):
        chat = self.server.new_chat()
        self.send("XFR %s SB %s CKI %s" % (words[1], self.switchboard(),
                                           chat.key))
        return True

    def on_syn(self, words, _):
        self.send("SYN %s %s 0 0" % (words[1], words[2]))
        return True

    def on_uun(self, words, payload):
        """A notification: "UUN t to type length"."""
        with self.server.lock:
            other = self.server.online.get(words[2])
        if not other:
            self.send("217 %s" % words[1])
            return True
        other.send("UBN %s %s %d" % (self.mail, words[3], len(payload)),
                   payload)
        self.send("UUN %s OK" % words[1])
        return True

    def on_sdg(self, words, payload):
        """A message to whom its second line says, from dialect 21 on."""
        mail = payload.decode("latin-1").split("\r\n")[1][len("To: 1:"):]
        with self.server.lock:
            other = self.server.online.get(mail)
        if not other:
            self.send("217 %s" % words[1])
            return True
        other.send("SDG 0 %d" % len(payload), payload)
        self.send("SDG %s OK" % words[1])
        return True

    def on_other(self, words, _):
        self.send("%s %s" % (words[0], words[1] if len(words) > 1 else ""))
        return True

    def on_out(self, _words, _):
        return False

    def switchboard(self):
        """The switchboard's endpoint, under the address the client used."""
        return join_endpoint(self.wire.sock.getsockname()[0],
                             self.server.sb_port)

    # --- switchboard ---

    def enter(self, mail, key):
        with self.server.lock:
            chat = self.server.chats.get(key)
            if not chat:
                return None
            self.mail = mail
            self.chat = chat
            others = list(chat.members)
            chat.members.append(self)
        return others

    def join(self, words):
        """USR of the caller."""
        if self.enter(words[2], words[3]) is None:
            self.send("911 %s" % words[1])
            return False
        self.send("USR %s OK %s %s" % (words[1], self.mail, self.mail))
        return True

    def on_ans(self, words, _):
        """ANS of the callee."""
        others = self.enter(words[2], words[3])
        if others is None:
            self.send("911 %s" % words[1])
            return False
        for i, other in enumerate(others):
            self.send("IRO %s %d %d %s %s" % (words[1], i + 1, len(others),
                                              other.mail, other.mail))
        self.send("ANS %s OK" % words[1])
        for other in others:
            other.send("JOI %s %s" % (self.mail, self.mail))
        return True

    def on_cal(self, words, _):
        with self.server.lock:
            callee = self.server.online.get(words[2])
        if not callee:
            self.send("217 %s" % words[1])
            return True
        self.send("CAL %s RINGING %d" % (words[1], self.chat.number))
        callee.send("RNG %d %s CKI %s %s %s" %
                    (self.chat.number, callee.switchboard(), self.chat.key,
                     self.mail, self.mail))
        return True

    def on_msg(self, words, payload):
        with self.server.lock:
            others = [m for m in self.chat.members if m is not self]
        for other in others:
            other.send("MSG %s %s %d" % (self.mail, self.mail, len(payload)),
                       payload)
        if words[2] in "AD":
            self.send("ACK %s" % words[1])
        elif words[2] == "N" and not others:
            self.send("NAK %s" % words[1])
        return True
