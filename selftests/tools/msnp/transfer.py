# SPDX-License-Identifier: GPL-2.0
"""File transfers: the invitation on the switchboard, the data connection.

MSNFTP as MSN Messenger 3 to 5 do it. Who listens announces its endpoint with an
ACCEPT; styles of the announcement:

  private   IP-Address is the client's own address (MSN 3 and 4, aMSN when told to)
  public    IP-Address is the one the server sees (ClientIP of the profile), plus
            IP-Address-Internal, PortX and PortX-Internal (MSN 5 and later)
"""

import os
import select
import socket
import threading
import time

from .data import Data, receive_data, send_data
from .wire import Failure, family_of, say

GUID = "{5D3E02AB-6190-11d3-BBBB-00C04F795683}"
PORTS = range(6891, 6901)


class Options:
    """How to do it; the defaults are a plain transfer."""
    style = "private"
    listen = False              # receiver: listen and say Sender-Connect: TRUE
    connectivity = True         # sender: False says Connectivity: N
    listen_port = 0             # 0: first free of PORTS
    announce_address = None     # in place of the true ones
    announce_port = None
    pieces = 0                  # cut the announcement into pieces of so many bytes
    together = False            # chat, announcement and chat in one send()
    lead = 0                    # so many chat messages right before it
    trail = 0                   # so many right behind it
    chatter = 0                 # so many when the file is there, with an answer
    save = None                 # keep the announcement's payload in this file
    cancel = False              # CANCEL when the announcement is out
    gate = None                 # wait here before connecting or cancelling
    patience = 30               # seconds for each step
    connect_patience = None     # for connecting, if it is another time


class Gate:
    """Holds transfers until a line comes on stdin.

    When so many have arrived as are awaited it says "paused".
    """

    def __init__(self, awaited=1):
        self.awaited = awaited
        self.arrived = 0
        self.lock = threading.Lock()
        self.opened = threading.Event()

    def wait(self):
        with self.lock:
            self.arrived += 1
            full = self.arrived == self.awaited
        if full:
            say("paused", self.arrived)
            os.read(0, 100)
            self.opened.set()
        elif not self.opened.wait(300):
            raise Failure("nobody opened the gate")


def invitation(*lines):
    return ("MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n" +
            "".join(line + "\r\n" for line in lines) + "\r\n").encode()


def fields_of(payload):
    """The fields of an invitation, None if the message is none."""
    head, _, body = payload.partition(b"\r\n\r\n")
    if b"text/x-msmsgsinvite" not in head:
        return None
    fields = {}
    for line in body.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name, value.strip())
    return fields


def wait_invitation(chat, cookie, patience):
    """The next invitation message with that cookie (None: any INVITE)."""
    while True:
        payload = chat.message(patience)
        fields = fields_of(payload)
        if not fields:
            chat.others.append(payload)
            continue
        command = fields.get("Invitation-Command")
        if cookie is None:
            if command == "INVITE":
                return fields, payload
        elif fields.get("Invitation-Cookie") == cookie:
            if command == "CANCEL":
                raise Failure("cancelled by the other side: %s" %
                              fields.get("Cancel-Code"))
            return fields, payload


def cancel(chat, cookie, code):
    chat.sb.send(chat.frame(invitation("Invitation-Command: CANCEL",
                                       "Invitation-Cookie: " + cookie,
                                       "Cancel-Code: " + code)))


# --- listening and announcing ----------------------------------------------

def open_listener(client, options):
    family = family_of(client.address)
    ports = [options.listen_port] if options.listen_port else PORTS
    for port in ports:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("", port))
            sock.listen(5)
            return sock, port
        except OSError:
            sock.close()
    raise Failure("no free port to listen on")


def announcement(chat, options, cookie, auth, port, sender_connect):
    own = chat.client.address
    public = options.style == "public"
    address = options.announce_address or \
        (chat.client.client_ip if public else own)
    if options.announce_port is not None:
        port = options.announce_port
    lines = ["IP-Address: " + address]
    if public:
        lines.append("IP-Address-Internal: " + own)
    lines.append("Port: %d" % port)
    if public:
        lines.append("PortX: %d" % (port ^ 0x3141))
        lines.append("PortX-Internal: %d" % (port ^ 0x3141))
    lines.append("AuthCookie: " + auth)
    if sender_connect:
        lines.append("Sender-Connect: TRUE")
    lines += ["Invitation-Command: ACCEPT", "Invitation-Cookie: " + cookie,
              "Launch-Application: FALSE", "Request-Data: IP-Address:"]
    say("announced", address, port)
    return invitation(*lines)


def send_announcement(chat, options, payload):
    if options.save:
        with open(options.save, "wb") as out:
            out.write(payload)
    for i in range(options.lead):
        chat.sb.send(chat.frame(chat.text("lead %d" % i)))
    data = chat.frame(payload, "N")
    if options.together:
        data = chat.frame(chat.text("before")) + data + \
            chat.frame(chat.text("after"))
    chat.sb.send_pieces(data, options.pieces)
    for i in range(options.trail):
        chat.sb.send(chat.frame(chat.text("trail %d" % i)))


def wait_connection(chat, listener, cookie, patience):
    """Who connects, unless a CANCEL comes first."""
    deadline = time.monotonic() + patience
    while True:
        left = deadline - time.monotonic()
        ready = [chat] if chat.sb.pending() else \
            select.select([listener, chat], [], [], max(left, 0))[0]
        if listener in ready:
            sock, peer = listener.accept()
            say("connection", peer[0], peer[1])
            return sock
        if chat in ready:
            wait_invitation(chat, cookie, patience)
        elif left <= 0:
            raise Failure("nobody connected")


def connect(chat, options, fields, cookie):
    """Connects to an announced endpoint."""
    where = fields.get("IP-Address"), fields.get("Port")
    if options.gate:
        options.gate.wait()
    try:
        return socket.create_connection(
            where, timeout=options.connect_patience or options.patience)
    except (OSError, ValueError, OverflowError) as error:
        cancel(chat, cookie, "FTTIMEOUT")
        raise Failure("cannot connect to %s port %s: %s" % (where + (error,)))


# --- both ends -------------------------------------------------------------

def send_file(chat, name, content, options):
    """Offers a file and sends it; returns when the receiver has it all."""
    cookie = str(int.from_bytes(os.urandom(3), "big"))
    lines = ["Application-Name: File Transfer", "Application-GUID: " + GUID,
             "Invitation-Command: INVITE", "Invitation-Cookie: " + cookie,
             "Application-File: " + name,
             "Application-FileSize: %d" % len(content)]
    if not options.connectivity:
        lines.append("Connectivity: N")
    chat.sb.send(chat.frame(invitation(*lines), "N"))
    fields, payload = wait_invitation(chat, cookie, options.patience)

    if fields.get("Sender-Connect") == "TRUE":
        report_accept(options, fields, payload)
        auth = fields.get("AuthCookie")
        sock = connect(chat, options, fields, cookie)
    else:
        auth = str(int.from_bytes(os.urandom(3), "big"))
        listener, port = open_listener(chat.client, options)
        try:
            send_announcement(chat, options, announcement(
                chat, options, cookie, auth, port, False))
            if options.cancel:
                options.gate.wait()
                cancel(chat, cookie, "OUTBANDCANCEL")
                say("cancelled")
                return
            sock = wait_connection(chat, listener, cookie, options.patience)
        finally:
            listener.close()
    data = Data(sock, options.patience)
    try:
        send_data(data, content, auth)
    finally:
        data.close()
    if options.chatter:
        for i in range(options.chatter):
            chat.sb.send(chat.frame(chat.text("chat %d" % i)))
        chat.sb.send(chat.frame(chat.text("chat end")))
        while not chat.message(options.patience).endswith(b"\r\nchat ok"):
            pass


def report_accept(options, fields, payload):
    """Says which announcement came: the test wants to see what the wire had."""
    say("accept", fields.get("IP-Address"), fields.get("Port"),
        fields.get("PortX", "-"), fields.get("IP-Address-Internal", "-"))
    if options.save:
        with open(options.save, "wb") as out:
            out.write(payload)


def receive_file(chat, options):
    """Waits for an offer and takes it: the file's name and content."""
    fields, _ = wait_invitation(chat, None, options.patience)
    cookie = fields.get("Invitation-Cookie")
    name = fields.get("Application-File")
    size = int(fields.get("Application-FileSize"))
    say("invite", name, size)
    if options.listen or fields.get("Connectivity") == "N":
        auth = str(int.from_bytes(os.urandom(3), "big"))
        listener, port = open_listener(chat.client, options)
        try:
            send_announcement(chat, options, announcement(
                chat, options, cookie, auth, port, True))
            sock = wait_connection(chat, listener, cookie, options.patience)
        finally:
            listener.close()
    else:
        chat.sb.send(chat.frame(invitation(
            "Invitation-Command: ACCEPT", "Invitation-Cookie: " + cookie,
            "Launch-Application: FALSE", "Request-Data: IP-Address:"), "N"))
        fields, payload = wait_invitation(chat, cookie, options.patience)
        report_accept(options, fields, payload)
        auth = fields.get("AuthCookie")
        if options.cancel:
            options.gate.wait()
            cancel(chat, cookie, "REJECT")
            say("cancelled")
            return name, None
        sock = connect(chat, options, fields, cookie)
    data = Data(sock, options.patience)
    try:
        content = receive_data(data, chat.client.mail, auth)
    finally:
        data.close()
    if len(content) != size:
        raise Failure("%d bytes announced, %d came" % (size, len(content)))
    if options.chatter:
        finish_chatter(chat, options)
    return name, content


def finish_chatter(chat, options):
    """All chat messages must have come, in order and whole."""
    while not chat.others or not chat.others[-1].endswith(b"\r\nchat end"):
        chat.others.append(chat.message(options.patience))
    got = [m.rpartition(b"\r\n")[2].decode() for m in chat.others]
    want = ["lead %d" % i for i in range(options.lead)] + \
        ["trail %d" % i for i in range(options.trail)] + \
        ["chat %d" % i for i in range(options.chatter)] + ["chat end"]
    if [text for text in got
            if text.split(" ")[0] in ("lead", "trail", "chat")] != want:
        raise Failure("chat damaged: %r" % got)
    chat.sb.send(chat.frame(chat.text("chat ok")))
