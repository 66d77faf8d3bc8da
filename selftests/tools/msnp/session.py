# SPDX-License-Identifier: GPL-2.0
"""Sessions of other applications (SM1): who accepts says where it listens.

  voice        computer call: address and port, also in base64; SIP on UDP and TCP
  whiteboard   the address alone: T.120 on TCP 1503
  ask, offer   Remote Assistance: who is helped listens on TCP 3389
  netmeeting   H.323 and T.120: TCP 1720 and 1503
  sharing      Application Sharing: "Context-Data: address:port" as well
  stranger     an application that nobody knows: address and port
"""

import base64
import os
import select
import socket
import time

from .call import dial, take
from .slp import save
from .transfer import cancel, invitation, wait_invitation
from .wire import Failure, join_endpoint, say, split_endpoint

# GUID and the ports that everybody knows; none where one is told
APPS = {
    "voice": ("{02D3C01F-BF30-4825-A83A-DE7AF41648AA}", ()),
    "whiteboard": ("{1DF57D09-637A-4CA5-91B9-2C3EDAAF62FE}", (1503,)),
    "ask": ("{56B994A7-380F-410B-9985-C809D78C1BDC}", (3389,)),
    "offer": ("{703EA1A8-D73E-43E3-852C-EE85B5D872C2}", (3389,)),
    "netmeeting": ("{44BBA842-CC51-11CF-AAFA-00AA00B6015C}", (1720, 1503)),
    "sharing": ("{F1B1920C-6A3C-4CE7-B18C-AFAB305FD03D}", (1503,)),
    "stranger": ("{0E2A1C44-5B0D-4A3E-9E7B-6B1C5A4D3F21}", ()),
}
BOTH = ("voice", "stranger")        # UDP as well as TCP
GREETING = b"session %d over %s\r\n"


class Listeners:
    """An application's ports."""

    def __init__(self, app, port):
        self.app = app
        self.port = port
        self.tcp = []
        self.udp = []
        for each in APPS[app][1] or (port,):
            self.tcp.append(self.open(socket.SOCK_STREAM, each))
            if app in BOTH:
                self.udp.append(self.open(socket.SOCK_DGRAM, each))

    @staticmethod
    def open(kind, port):
        sock = socket.socket(socket.AF_INET, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Several applications have the same well-known port.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("", port))
        if kind == socket.SOCK_STREAM:
            sock.listen(5)
        return sock

    def close(self):
        for sock in self.tcp + self.udp:
            sock.close()

    def serve_call(self, transport, host, patience):
        """One call over that transport."""
        sock = (self.udp if transport == "udp" else self.tcp)[0]
        sock.settimeout(patience)
        if transport == "udp":
            # Its caller is who sends the first datagram.
            sock.connect(sock.recvfrom(1, socket.MSG_PEEK)[1])
            take(sock, host, patience)
            return
        child = sock.accept()[0]
        take(child, host, patience)
        child.close()

    def serve(self, carrier, patience):
        """One visitor at each of them."""
        deadline = time.monotonic() + patience
        left = self.tcp + self.udp
        while left:
            seconds = max(deadline - time.monotonic(), 0)
            ready = [carrier] if carrier.sb.pending() else \
                select.select(left + [carrier], [], [], seconds)[0]
            if not ready and not seconds:
                raise Failure("nobody connected to %d of %d" % (
                    len(left), len(self.tcp + self.udp)))
            for sock in ready:
                if sock is carrier:
                    # Whatever comes now is a CANCEL.
                    wait_invitation(carrier, carrier.cookie, patience)
                else:
                    answer(sock, sock in self.udp, self.app, patience)
                    left.remove(sock)


def reply_to(data, app):
    """What a listener says to what came, or None."""
    if app != "voice":
        return data[::-1]
    lines = data.decode().split("\r\n")
    if not lines[0].startswith("OPTIONS sip:"):
        return None
    return "\r\n".join(["SIP/2.0 200 OK"] + lines[1:]).encode()


def same(got, wanted, app):
    """A gateway may pad a SIP header that became shorter (RFC 3261 7.3.1)."""
    if app != "voice":
        return got == wanted
    return [line.split() for line in got.split(b"\r\n")] == \
        [line.split() for line in wanted.split(b"\r\n")]


def answer(sock, udp, app, patience):
    if udp:
        data, where = sock.recvfrom(2000)
        reply = reply_to(data, app)
        if not reply:
            raise Failure("unexpected datagram %r" % data)
        sock.sendto(reply, where)
    else:
        child, where = sock.accept()
        child.settimeout(patience)
        data = read_end(child)
        reply = reply_to(data, app)
        if not reply:
            raise Failure("unexpected words %r" % data)
        child.sendall(reply)
        child.close()
    say("visitor", "udp" if udp else "tcp", where[0], where[1])


def read_end(sock):
    data = b""
    while b"\r\n\r\n" not in data and b"\n\r" not in data:
        more = sock.recv(2000)
        if not more:
            break
        data += more
    return data


def question(app, transport, source, where):
    if app != "voice":
        return GREETING % (where[1], transport.encode()) + \
            os.urandom(8).hex().encode() + b"\r\n\r\n"
    host = "%s:%d" % source
    return ("OPTIONS sip:%s:%d SIP/2.0\r\n"
            "Via: SIP/2.0/%s %s;branch=z9hG4bK%s\r\n"
            "From: <sip:bob@example.com>;tag=%s\r\n"
            "To: <sip:alice@example.com>\r\nCall-ID: %s@example.com\r\n"
            "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n"
            "\r\n" % (where + (transport.upper(), host, os.urandom(6).hex(),
                               os.urandom(4).hex(),
                               os.urandom(8).hex()))).encode()


def visit_udp(app, where, args):
    """A datagram may be lost; the question is asked again then."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(where)
    asked = question(app, "udp", sock.getsockname(), where)
    for _ in range(3):
        sock.send(asked)
        if select.select([sock], [], [], args.connect_patience / 3)[0]:
            got = sock.recv(2000)
            if not same(got, reply_to(asked, app), app):
                raise Failure("wrong answer over UDP: %r" % got)
            return
    raise OSError("no answer over UDP")


def visit_tcp(app, where, args):
    sock = socket.create_connection(where, timeout=args.connect_patience)
    asked = question(app, "tcp", sock.getsockname(), where)
    sock.sendall(asked)
    sock.settimeout(args.patience)
    got = b""
    while True:
        more = sock.recv(2000)
        if not more:
            break
        got += more
    sock.close()
    if not same(got, reply_to(asked, app), app):
        raise Failure("wrong answer over TCP: %r" % got)


def call(where, args):
    """SIP to the announced place, and voice to where that leads."""
    kind = socket.SOCK_DGRAM if args.call == "udp" else socket.SOCK_STREAM
    sock = socket.socket(socket.AF_INET, kind)
    sock.settimeout(args.connect_patience)
    sock.connect(where)
    dial(sock, where, args.patience)
    sock.close()


def visit(chat, app, places, args):
    """Everything that was announced must answer."""
    for where in places:
        for transport, how in (("tcp", visit_tcp), ("udp", visit_udp)):
            if transport == "udp" and app not in BOTH:
                continue
            try:
                how(app, where, args)
            except OSError as error:
                cancel(chat, chat.cookie, "TIMEOUT")
                raise Failure("cannot connect to %s port %d: %s" %
                              (where + (error,)))
            say("connected", transport, *where)


# --- invitations -------------------------------------------------------------

def invite_lines(app, cookie, session):
    return ["Application-Name: " + app, "Application-GUID: " + APPS[app][0],
            "Session-Protocol: SM1", "Invitation-Command: INVITE",
            "Invitation-Cookie: " + cookie, "Session-ID: " + session,
            "Context-Data: Requested:SIP_A,;Capabilities:SIP_A,;"]


def accept_lines(app, cookie, session, first):
    lines = ["Invitation-Command: ACCEPT", "Invitation-Cookie: " + cookie,
             "Session-ID: " + session, "Launch-Application: TRUE",
             "Request-Data: IP-Address:"]
    return lines + ["Session-Protocol: SM1"] if first else lines


def address_lines(app, address, port):
    if APPS[app][1]:
        return ["IP-Address: " + address]
    both = join_endpoint(address, port)
    return ["IP-Address: " + both, "IP-Address-Enc64: " +
            base64.b64encode(both.encode()).decode()]


def places_of(app, fields):
    """Where the other side listens; its two spellings agree."""
    text = fields.get("IP-Address")
    if not text:
        raise Failure("no address announced")
    coded = fields.get("IP-Address-Enc64")
    if coded and base64.b64decode(coded).decode() != text:
        raise Failure("IP-Address is %s, IP-Address-Enc64 is %s" %
                      (text, base64.b64decode(coded)))
    if APPS[app][1]:
        return [(text, port) for port in APPS[app][1]]
    return [split_endpoint(text)]


def send(chat, lines):
    chat.sb.send(chat.frame(invitation(*lines), "N"))


def announce(client, chat, args, lines):
    address = client.client_ip if args.style == "public" else client.address
    port = args.listen_port or 6901
    payload = invitation(*(lines + address_lines(args.app, address, port)))
    save(args, payload)
    chat.sb.send_pieces(chat.frame(payload, "N"), args.pieces)
    say("announced", address, port)


def listen_session(client, chat, args, gate):
    """Has the application's ports open and says so; wants visitors at all."""
    listeners = Listeners(args.app, args.listen_port or 6901)
    session = "{%s}" % os.urandom(16).hex()
    try:
        if args.inviting:
            chat.cookie = str(int.from_bytes(os.urandom(3), "big"))
            send(chat, invite_lines(args.app, chat.cookie, session))
            wait_invitation(chat, chat.cookie, args.patience)
        else:
            fields, _ = wait_invitation(chat, None, args.patience)
            chat.cookie = fields["Invitation-Cookie"]
            session = fields["Session-ID"]
        announce(client, chat, args, accept_lines(
            args.app, chat.cookie, session, not args.inviting))
        if args.cancel:
            gate.wait()
            cancel(chat, chat.cookie, "OUTBANDCANCEL")
            say("cancelled")
            return
        if args.call:
            listeners.serve_call(args.call, client.address, args.patience)
        else:
            listeners.serve(chat, args.patience)
    finally:
        listeners.close()


def connect_session(_client, chat, args, gate):
    """Goes wherever the other side says it listens."""
    if args.inviting:
        chat.cookie = str(int.from_bytes(os.urandom(3), "big"))
        send(chat, invite_lines(args.app, chat.cookie,
                                "{%s}" % os.urandom(16).hex()))
    else:
        fields, _ = wait_invitation(chat, None, args.patience)
        chat.cookie = fields["Invitation-Cookie"]
        send(chat, accept_lines(args.app, chat.cookie, fields["Session-ID"],
                                True))
    fields, payload = wait_invitation(chat, chat.cookie, args.patience)
    if args.save:
        with open(args.save, "wb") as out:
            out.write(payload)
    places = places_of(args.app, fields)
    say("told", *["%s:%d" % place for place in places])
    if gate:
        gate.wait()
    args.connect_patience = args.connect_patience or args.patience
    if args.call:
        call(places[0], args)
    else:
        visit(chat, args.app, places, args)
