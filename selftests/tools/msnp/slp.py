# SPDX-License-Identifier: GPL-2.0
"""MSNSLP: who listens for a direct connection says where.

Spellings of the announcement:

  public    external lines as the server sees the client, internal ones as it is
            itself (aMSN, official clients)
  external  external lines with the client's own address (libpurple)
  internal  internal lines only, also with an address of another network (7.x)
  reversed  the same with one address, written backwards (WLM 2009)
  joined    addresses and ports in one line
"""

import hashlib
import os
import select
import socket
import time
import uuid

from .direct import accept_direct, open_direct
from .transfer import open_listener
from .wire import Failure, say

BACKWARDS = ("IPv4Internal-Addrs", "IPv4Internal-Port", "IPv4External-Addrs",
             "IPv4External-Port", "IPv4InternalAddrsAndPorts",
             "IPv4ExternalAddrsAndPorts")
OTHER_NET = "172.29.13.5"
REQUEST = "application/x-msnmsgr-transreqbody"
ANSWER = "application/x-msnmsgr-transrespbody"


def guid():
    return "{%s}" % str(uuid.uuid4()).upper()


def write(carrier, start, call, kind, lines):
    body = "".join(line + "\r\n" for line in lines) + "\r\n\0"
    head = [start, "To: <msnmsgr:%s>" % carrier.peer,
            "From: <msnmsgr:%s>" % carrier.mail,
            "Via: MSNSLP/1.0/TLP ;branch=" + guid(), "CSeq: 0 ",
            "Call-ID: " + call, "Max-Forwards: 0", "Content-Type: " + kind,
            "Content-Length: %d" % len(body)]
    return ("".join(line + "\r\n" for line in head) + "\r\n" + body).encode()


def invite(carrier):
    return "INVITE MSNMSGR:%s MSNSLP/1.0" % carrier.peer


class Text:
    """A message that was received; its lengths are right."""

    def __init__(self, data):
        self.data = data
        head, empty, body = data.decode().partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.start = lines[0]
        self.head = dict(line.split(": ", 1) for line in lines[1:])
        if not empty or not body.endswith("\0") or \
                int(self.head["Content-Length"]) != len(body):
            raise Failure("MSNSLP: Content-Length %s, body %r" %
                          (self.head.get("Content-Length"), body))
        self.call = self.head["Call-ID"]
        self.kind = self.head["Content-Type"]
        self.fields = {}
        for line in body.partition("\r\n\r\n")[0].split("\r\n"):
            name, _, value = line.partition(": ")
            if name[::-1] in BACKWARDS:
                name, value = name[::-1], value[::-1]
            self.fields[name] = value

    def endpoints(self):
        """Where to connect, in the order to try."""
        found = []
        for side in "External", "Internal":
            both = self.fields.get("IPv4%sAddrsAndPorts" % side, "")
            found += [pair.split(":") for pair in both.split()]
            port = self.fields.get("IPv4%s-Port" % side, "").split()
            addresses = self.fields.get("IPv4%s-Addrs" % side, "").split()
            for i, address in enumerate(addresses):
                if port:
                    found.append([address, port[min(i, len(port) - 1)]])
        return [(address, int(port)) for address, port in found]


def address_lines(style, own, outside, port):
    if style == "public":
        return ["IPv4External-Addrs: " + outside,
                "IPv4External-Port: %d" % port,
                "IPv4Internal-Addrs: " + own, "IPv4Internal-Port: %d" % port]
    if style == "external":
        return ["IPv4External-Addrs: " + own, "IPv4External-Port: %d" % port]
    if style == "internal":
        return ["IPv4Internal-Addrs: %s %s" % (OTHER_NET, own),
                "IPv4Internal-Port: %d" % port]
    if style == "joined":
        return ["IPv4ExternalAddrsAndPorts: %s:%d" % (own, port),
                "IPv4InternalAddrsAndPorts: %s:%d" % (own, port)]
    lines = ["IPv4Internal-Addrs: " + own, "IPv4Internal-Port: %d" % port]
    return [": ".join(part[::-1] for part in line.split(": "))
            for line in lines]


def announcement(client, args, port, nonce):
    """What a listener says. "--bare" leaves out what nobody misses."""
    lines = ["Bridge: TCPv1", "Listening: true", nonce]
    if not args.bare:
        lines += ["Conn-Type: Direct-Connect",
                  "TCP-Conn-Type: Symmetric-NAT", "IPv6-global: ",
                  "Capabilities-Flags: 1"]
    lines += address_lines(args.style, client.address, client.client_ip, port)
    if not args.bare:
        lines += ["Nat-Trav-Msg-Type: "
                  "WLX-Nat-Trav-Msg-Direct-Connect-Resp",
                  "SessionID: 467477619", "SChannelState: 0"]
    return lines


def request(hashed):
    lines = ["NetID: -1388627126", "Bridges: TRUDPv1 TCPv1 SBBridge",
             "Conn-Type: Port-Restrict-NAT", "UPnPNat: false", "ICF: false"]
    return lines + (["Hashed-Nonce: " + hashed] if hashed else [])


def wait(carrier, start, kind, patience, call=None):
    """The next message of that kind, of that call."""
    while True:
        text = Text(carrier.receive(patience))
        if call and text.call != call:
            continue
        if text.start.startswith("BYE"):
            raise Failure("given up by the other side")
        if text.start.startswith(start) and text.kind == kind:
            return text


def bye(carrier, call):
    carrier.send(write(carrier, "BYE MSNMSGR:%s MSNSLP/1.0" % carrier.peer,
                       call, "application/x-msnmsgr-sessionclosebody", []))


def wait_peer(carrier, listener, call, patience):
    """Who connects, unless the other side gives up first."""
    deadline = time.monotonic() + patience
    while True:
        left = max(deadline - time.monotonic(), 0)
        ready = [carrier] if carrier.pending() else \
            select.select([listener, carrier], [], [], left)[0]
        if listener in ready:
            sock, peer = listener.accept()
            say("connection", peer[0], peer[1])
            return sock
        if carrier in ready:
            hear(carrier, call, patience)
        elif not left:
            raise Failure("nobody connected")


def hear(carrier, call, patience):
    """Receipts, and a BYE; nothing else is awaited now."""
    if hasattr(carrier, "read"):
        carrier.read(patience)
        if not carrier.inbox:
            return
    wait(carrier, "nothing else", "", patience, call)


def hash_of(nonce):
    digest = hashlib.sha1(nonce).digest()[:16]
    return "{%s}" % str(uuid.UUID(bytes_le=digest)).upper()


def plain(nonce):
    return "{%s}" % str(uuid.UUID(bytes_le=nonce)).upper()


def listen_slp(client, carrier, args, gate):
    """Listens, announces it and hands out args.size bytes there."""
    nonce = os.urandom(16)
    listener, port = open_listener(client, args)
    try:
        if args.inviting:
            call = guid()
            carrier.send(write(carrier, invite(carrier), call, REQUEST,
                               request(args.hashed and hash_of(nonce))))
            asked = wait(carrier, "MSNSLP/1.0 200", ANSWER, args.patience,
                         call)
            if asked.fields["Listening"] != "false":
                raise Failure("both sides listen")
            start = invite(carrier)
        else:
            asked = wait(carrier, "INVITE", REQUEST, args.patience)
            call = asked.call
            start = "MSNSLP/1.0 200 OK"
        theirs = asked.fields.get("Hashed-Nonce")
        lines = announcement(client, args, port,
                             "Hashed-Nonce: " + hash_of(nonce) if theirs
                             else "Nonce: " + plain(nonce))
        data = write(carrier, start, call, ANSWER, lines)
        save(args, data)
        if args.lead:
            carrier.chat_first(args.lead, args.patience)
        if args.calm:
            carrier.calm(args.patience)
        carrier.send(data)
        say("announced", client.address, port)
        if args.cancel:
            gate.wait()
            bye(carrier, call)
            say("cancelled")
            return
        sock = wait_peer(carrier, listener, call, args.patience)
    finally:
        listener.close()
    accept_direct(sock, carrier.version, nonce, theirs, args)
    carrier.settle(args.patience)


def save(args, data):
    if args.save:
        with open(args.save, "wb") as out:
            out.write(data)


def connect_slp(client, carrier, args, gate):
    """Gets the bytes from the place that the other side announces."""
    nonce = os.urandom(16)
    hashed = hash_of(nonce) if args.hashed else None
    if args.inviting:
        call = guid()
        carrier.send(write(carrier, invite(carrier), call, REQUEST,
                           request(hashed)))
        start = "MSNSLP/1.0 200"
    else:
        asked = wait(carrier, "INVITE", REQUEST, args.patience)
        call = asked.call
        # An address that nobody listens on, as real clients have it.
        carrier.send(write(
            carrier, "MSNSLP/1.0 200 OK", call, ANSWER,
            ["Bridge: TCPv1", "Listening: false",
             "Hashed-Nonce: " + hashed if hashed else
             "Nonce: {00000000-0000-0000-0000-000000000000}",
             "IPv4External-Addrs: " + client.address,
             "IPv4External-Port: 6891"]))
        start = "INVITE"
    text = wait(carrier, start, ANSWER, args.patience, call)
    places = text.endpoints()
    save(args, text.data)
    say("told", *["%s:%d" % place for place in places])
    if gate:
        gate.wait()
    sock = connect_any(places, args, lambda: bye(carrier, call))
    theirs = text.fields.get("Hashed-Nonce")
    open_direct(sock, carrier.version, nonce,
                theirs or text.fields.get("Nonce"), bool(theirs), args)
    carrier.settle(args.patience)


def connect_any(places, args, give_up):
    """The first place where somebody listens."""
    why = "nothing announced"
    for place in places:
        try:
            sock = socket.create_connection(
                place, timeout=args.connect_patience or args.patience)
            say("connected", *place)
            return sock
        except OSError as error:
            why = "%s port %d: %s" % (place + (error,))
    give_up()
    raise Failure("cannot connect to %s" % why)
