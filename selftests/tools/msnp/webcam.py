# SPDX-License-Identifier: GPL-2.0
"""Webcams: where to connect stands in XML of two bytes a character, in parts."""

import struct

from .direct import Direct, pattern
from .p2p import CHUNK, number
from .slp import OTHER_NET, bye, connect_any, guid, invite, save, wait, \
    wait_peer, write
from .transfer import open_listener
from .wire import Failure, say

UNIT = struct.Struct("<BHBHI")
FOOTER = 4
REQUEST = "application/x-msnmsgr-sessionreqbody"
EUF = "{4BD96FC0-AB17-4425-A14A-439185962DC8}"
BLANKS = "\t" * 8 + "  "


def unit(text, in_bytes):
    """Clients disagree on what the length counts."""
    data = (text + "\0").encode("utf-16-le")
    return UNIT.pack(0x80, number() & 0xffff, 1, 8,
                     len(data) if in_bytes else len(text)) + data


def text_of(data):
    """The text of a unit whose length is right by one of the two ways."""
    length = UNIT.unpack_from(data)[4]
    text = data[UNIT.size:].decode("utf-16-le")
    if not text.endswith("\0") or \
            length not in (len(data) - UNIT.size, len(text) - 1):
        raise Failure("webcam: length %d of %d bytes" %
                      (length, len(data) - UNIT.size))
    return text[:-1]


def xml(root, rid, session, port, addresses):
    places = "".join("<tcpipaddress%d>%s</tcpipaddress%d>" % (i, a, i)
                     for i, a in enumerate(addresses, 1))
    tcp = "<tcpport>%d</tcpport>%s<tcplocalport>%d</tcplocalport>%s" \
        "<tcpexternalport>%d</tcpexternalport>%s" % (port, BLANKS, port,
                                                     BLANKS, port, places)
    udp = "".join("<%s>%d</%s>" % (name, port, name) for name in (
        "udplocalport", "udpexternalport", "a1_port", "b1_port", "b2_port",
        "b3_port", "symmetricallocation", "symmetricallocationincrement"))
    return "<%s><version>2.0</version><rid>%d</rid><session>%d</session>" \
        "<ctypes>0</ctypes><cpu>730</cpu><tcp>%s</tcp><udp>%s</udp>" \
        "<codec></codec><channelmode>2</channelmode></%s>\r\n\r\n" % (
            root, rid, session, tcp, udp, root)


def element(text, name):
    begin = text.find("<%s>" % name)
    if begin < 0:
        return None
    return text[begin + len(name) + 2:text.index("</%s>" % name)]


def places(text):
    """Each address with each port, the last address first, as aMSN does."""
    found = []
    for i in range(5, 0, -1):
        address = element(text, "tcpipaddress%d" % i)
        for name in "tcpport", "tcplocalport", "tcpexternalport":
            port = element(text, name)
            if address and port and (address, int(port)) not in found:
                found.append((address, int(port)))
    return found


def agree(carrier, args):
    """The session and its P2P number."""
    if args.inviting:
        session, call = number(), guid()
        carrier.send(write(carrier, invite(carrier), call, REQUEST, [
            "EUF-GUID: " + EUF, "SessionID: %d" % session, "AppID: 4",
            "Context: " + "ewBCADgAQgBFADcAMABEAEUA" * 40]))
        wait(carrier, "MSNSLP/1.0 200", REQUEST, args.patience, call)
        return session, call
    asked = wait(carrier, "INVITE", REQUEST, args.patience)
    session = int(asked.fields["SessionID"])
    carrier.send(write(carrier, "MSNSLP/1.0 200 OK", asked.call, REQUEST,
                       ["SessionID: %d" % session]))
    return session, asked.call


def listen_webcam(client, carrier, args, _gate):
    """Listens, says so in two parts, and shows args.size bytes there."""
    session, call = agree(carrier, args)
    carrier.send(unit("syn", True), session, FOOTER)
    if text_of(carrier.receive(args.patience, session)) != "ack":
        raise Failure("webcam: no ack")
    rid, number_of = number() % 1000, number() % 10000
    addresses = {"public": [client.client_ip, client.address],
                 "internal": [OTHER_NET, client.address],
                 "external": [client.address]}[args.style]
    listener, port = open_listener(client, args)
    try:
        data = unit(xml(args.root, rid, number_of, port, addresses),
                    not args.bare)
        if len(data) <= CHUNK:
            raise Failure("webcam: fits in one part")
        save(args, data)
        if args.calm:
            carrier.calm(args.patience)
        carrier.send(data, session, FOOTER)
        say("announced", client.address, port)
        sock = wait_peer(carrier, listener, call, args.patience)
    finally:
        listener.close()
    direct = Direct(sock, args.patience)
    if direct.file.readline() != b"recipientid=%d&sessionid=%d\r\n" % (
            rid, number_of) or direct.file.readline() != b"\r\n":
        raise Failure("webcam: who is this?")
    sock.sendall(b"connected\r\n\r\n")
    if direct.file.read(13) != b"connected\r\n\r\n":
        raise Failure("webcam: not connected")
    sock.sendall(pattern(args.size))
    if direct.file.read(1):
        raise Failure("webcam: unexpected word")
    direct.close()
    carrier.settle(args.patience)


def connect_webcam(_client, carrier, args, gate):
    """Looks at what the other side shows."""
    session, call = agree(carrier, args)
    if text_of(carrier.receive(args.patience, session)) != "syn":
        raise Failure("webcam: no syn")
    carrier.send(unit("ack", True), session, FOOTER)
    data = carrier.receive(args.patience, session)
    save(args, data)
    text = text_of(data)
    if not text.startswith("<%s>" % args.root):
        raise Failure("webcam: %r" % text)
    where = places(text)
    say("told", *["%s:%d" % place for place in where])
    if gate:
        gate.wait()
    sock = connect_any(where, args, lambda: bye(carrier, call))
    direct = Direct(sock, args.patience)
    sock.sendall(b"recipientid=%s&sessionid=%s\r\n\r\n" % (
        element(text, "rid").encode(), element(text, "session").encode()))
    if direct.file.read(13) != b"connected\r\n\r\n":
        raise Failure("webcam: not let in")
    sock.sendall(b"connected\r\n\r\n")
    if direct.file.read(args.size) != pattern(args.size):
        raise Failure("webcam: wrong pictures")
    direct.close()
    carrier.settle(args.patience)
