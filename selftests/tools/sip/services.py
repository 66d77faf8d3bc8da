# SPDX-License-Identifier: GPL-2.0
"""Calls held, cancelled, heard early; fax, T.120, files; TLS, untouched."""

import os
import re
import threading
import time

from msnp.data import Data, receive_data, send_data
from msnp.wire import Failure
from .calls import RINGS
from .lab import need, reply, sdp, wait_until
from .text import address, body, header, message

SERVICES = []
INVITATION = "text/x-msmsgsinvite; charset=UTF-8"


def service(function):
    SERVICES.append(function)
    return function


# --- what is looked at ----------------------------------------------------

def arrives(lab, ear, place, source=None, port=30000):
    """Whether datagrams get there; some may be lost."""
    end = time.monotonic() + lab.patience
    ear.settimeout(0.3)
    while not lab.hears(ear, place, source, port):
        if time.monotonic() > end:
            return False
    return True


def waiting(lab, port):
    return any(one.dport == port for one in lab.expectations())


def connections(lab, port):
    """The gateway's connections with that port at either end."""
    with lab.world.within("gw"), \
            open("/proc/thread-self/net/nf_conntrack",
                 encoding="ascii") as lines:
        return [line for line in lines
                if re.search(r"port=%d " % port, line)]


def need_closed(lab, port, what):
    need(wait_until(lambda: not waiting(lab, port), lab.patience),
         "%s is still expected" % what)
    need(wait_until(lambda: not connections(lab, port), lab.patience),
         "connections of %s are left" % what)


# --- what is said ---------------------------------------------------------

def taken(lab, flow, call, told, answer, status="200 OK"):
    """An INVITE, its answer and the ACK; the INVITE as it arrives."""
    got = flow.up(call.ask("INVITE", told))
    if status != "200 OK":
        call.answered(flow.down(reply(got, status)))
    else:
        call.answered(flow.down(reply(got, status, answer, [
            "Contact: <sip:bob@%s:5060>" % lab.outside])))
    flow.up(call.ask("ACK", cseq=call.cseq))
    return got


def ended(flow, call):
    flow.down(reply(flow.up(call.ask("BYE")), "200 OK"))


class Other:
    """The other end of a call asks as well."""

    def __init__(self, lab, flow, got):
        self.lab, self.flow, self.got = lab, flow, got
        self.cseq = 100

    def ask(self, method, told, kind):
        self.cseq += 1
        own = "%s:5060" % self.lab.outside
        uri = re.search("<(sip:[^>]*)>", header(self.got, "Contact"))[1]
        text = message("%s %s SIP/2.0" % (method, uri), [
            "Via: SIP/2.0/%s %s;branch=z9hG4bKo%d" % (
                self.flow.transport, own, self.cseq),
            "Max-Forwards: 70", "From: " + header(self.got, "To") + ";tag=b",
            "To: " + header(self.got, "From"),
            "Call-ID: " + header(self.got, "Call-ID"),
            "CSeq: %d %s" % (self.cseq, method)], told, kind)
        arrived = self.flow.down(text)
        self.flow.up(reply(arrived, "200 OK"))
        return arrived


# --- calls ----------------------------------------------------------------

@service
def a_call_is_held_and_taken_up_again(lab, flow):
    voice = lab.ear(40000)
    call = flow.dialog()
    told = None
    for more in ("", "\na=sendonly", ""):
        got = taken(lab, flow, call, sdp(lab.inside, "audio 40000" + more),
                    sdp(lab.outside, "audio 30000"))
        need(told in (None, address(got)), "another port is told")
        told = address(got)
        need(arrives(lab, voice, told), "audio does not arrive")
    need(told[0] == lab.gateway, "audio is announced at %s:%d" % told)
    ended(flow, call)
    need_closed(lab, told[1], "audio")


@service
def something_is_heard_before_the_call_is_taken(lab, flow):
    voice = lab.ear(40000)
    call = flow.dialog()
    got = flow.up(call.ask("INVITE", sdp(lab.inside, "audio 40000")))
    server = sdp(lab.world.address["peer"], "audio 30000")
    contact = ["Contact: <sip:bob@%s:5060>" % lab.outside]
    call.answered(flow.down(reply(got, "183 Session Progress", server,
                                  contact)))
    need(arrives(lab, voice, address(got), "peer"), "nothing arrives early")
    flow.down(reply(got, "200 OK", server, contact))
    flow.up(call.ask("ACK", cseq=call.cseq))
    need(arrives(lab, voice, address(got), "peer"), "audio does not arrive")
    ended(flow, call)
    need_closed(lab, address(got)[1], "audio")


@service
def a_call_is_cancelled_while_it_rings(lab, flow):
    call = flow.dialog()
    got = flow.up(call.ask("INVITE", sdp(lab.inside, "audio 40000")))
    flow.down(reply(got, RINGS))
    port = address(got)[1]
    need(waiting(lab, port) and waiting(lab, port + 1), "nothing is expected")
    flow.down(reply(flow.up(call.ask("CANCEL", cseq=call.cseq)), "200 OK"))
    call.answered(flow.down(reply(got, "487 Request Terminated")))
    flow.up(call.ask("ACK", cseq=call.cseq))
    need(wait_until(lambda: not waiting(lab, port) and
                    not waiting(lab, port + 1), lab.patience),
         "it is still expected")


# --- fax and whiteboard ---------------------------------------------------

def fax_begins(lab, flow):
    """A call with audio, that goes on as fax if that is taken."""
    call = flow.dialog()
    got = taken(lab, flow, call, sdp(lab.inside, "audio 40000"),
                sdp(lab.outside, "audio 30000"))
    return call, address(got)


@service
def a_call_goes_on_as_fax(lab, flow):
    voice, paper = lab.ear(40000), lab.ear(40100)
    call, told = fax_begins(lab, flow)
    need(arrives(lab, voice, told), "audio does not arrive")
    got = taken(lab, flow, call,
                sdp(lab.inside, "image 40100 udptl t38\na=T38FaxVersion:0"),
                sdp(lab.outside, "image 30100 udptl t38\na=T38FaxVersion:0"))
    place = address(got, "image")
    need(place[0] == lab.gateway, "the fax is announced at %s:%d" % place)
    need(arrives(lab, paper, place, port=30100), "the fax does not arrive")
    need_closed(lab, told[1], "audio")
    need(not waiting(lab, place[1] + 1), "RTCP of a fax is expected")
    ended(flow, call)
    need_closed(lab, place[1], "the fax")


@service
def a_fax_is_refused_and_the_call_goes_on(lab, flow):
    voice = lab.ear(40000)
    call, told = fax_begins(lab, flow)
    got = taken(lab, flow, call, sdp(lab.inside, "image 40100 udptl t38"), "",
                "488 Not Acceptable Here")
    need_closed(lab, address(got, "image")[1], "the fax")
    need(arrives(lab, voice, told), "audio does not arrive")
    ended(flow, call)
    need_closed(lab, told[1], "audio")


@service
def a_whiteboard_is_shared(lab, flow):
    board = lab.listen(lab.who, 1503, lab.inside)
    call = flow.dialog()
    got = flow.up(call.ask("INVITE", sdp(
        lab.inside, "application 1503 tcp msdata\na=sendonly")))
    call.answered(flow.down(reply(got, RINGS)))
    call.answered(flow.down(reply(got, "200 OK", sdp(
        lab.outside, "application 1503 tcp msdata\na=recvonly"), [
            "Contact: <sip:bob@%s:5060>" % lab.outside])))
    flow.up(call.ask("ACK", cseq=call.cseq))
    place = address(got, "application")
    need(place[0] == lab.gateway, "it is announced at %s:%d" % place)
    comes = lab.socket(lab.far)
    comes.connect(place)
    there = lab.keep(board.accept()[0])
    comes.sendall(b"T.120")
    need(there.recv(100) == b"T.120", "other bytes arrive")
    ended(flow, call)
    need_closed(lab, place[1], "the whiteboard")


# --- files ----------------------------------------------------------------

def invitation(*lines):
    return "".join(line + "\r\n" for line in lines) + "\r\n"


def asks_for_file(*more):
    return invitation(
        "Application-Name: File Transfer",
        "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}",
        "Invitation-Command: INVITE", "Invitation-Cookie: 4711",
        "Session-ID: {00000000-0000-0000-0000-000000004711}",
        "Application-File: a.bin", "Application-FileSize: 100000", *more)


def accepts(*more):
    return invitation("Invitation-Command: ACCEPT", "Invitation-Cookie: 4711",
                      *more)


def listens_at(lab, *more):
    return accepts("Launch-Application: FALSE", "Request-Data: IP-Address:",
                   "IP-Address: " + lab.inside, "Port: 6891",
                   "PortX: 11178", "AuthCookie: 99", *more)


def told_at(got):
    fields = dict(line.split(": ", 1) for line in body(got).split("\r\n")
                  if ": " in line)
    return fields["IP-Address"], int(fields["Port"])


def talk(lab, flow):
    """A session for messages, as Windows Messenger begins it."""
    call = flow.dialog()
    got = taken(lab, flow, call,
                sdp(lab.inside, "x-ms-message 5060 sip null"),
                sdp(lab.outside, "x-ms-message 5060 sip null"))
    return call, Other(lab, flow, got)


def said(flow, call, method, told):
    got = flow.up(call.ask(method, told, kind=INVITATION))
    flow.down(reply(got, "200 OK"))
    return got


def passes(lab, listener, place, inside_sends):
    """The file, by whoever sends it; the one outside connects."""
    content = os.urandom(100000)
    failed = []

    def inside():
        try:
            data = Data(lab.keep(listener.accept()[0]), lab.patience)
            if inside_sends:
                send_data(data, content, "99")
            elif receive_data(data, "alice@example.com", "99") != content:
                failed.append("another file arrives inside")
        except (Failure, OSError) as error:
            failed.append("inside: %s" % error)

    thread = threading.Thread(target=inside)
    thread.start()
    sock = lab.socket(lab.far)
    try:
        sock.connect(place)
        data = Data(sock, lab.patience)
        if not inside_sends:
            send_data(data, content, "99")
        elif receive_data(data, "bob@example.com", "99") != content:
            failed.append("another file arrives outside")
    except (Failure, OSError) as error:
        failed.append("outside: %s" % error)
    thread.join()
    need(not failed, "; ".join(failed))


@service
def a_file_is_sent(lab, flow):
    listener = lab.listen(lab.who, 6891, lab.inside)
    call, other = talk(lab, flow)
    said(flow, call, "MESSAGE", asks_for_file())
    other.ask("MESSAGE", accepts("Request-Data: IP-Address:"), INVITATION)
    place = told_at(said(flow, call, "MESSAGE", listens_at(lab)))
    need(place[0] == lab.gateway, "it is announced at %s:%d" % place)
    passes(lab, listener, place, True)
    ended(flow, call)
    need(not waiting(lab, place[1]), "it is still expected")


@service
def a_file_is_received_from_one_who_cannot_listen(lab, flow):
    listener = lab.listen(lab.who, 6891, lab.inside)
    call, other = talk(lab, flow)
    other.ask("INFO", asks_for_file("Connectivity: N"), INVITATION)
    place = told_at(said(flow, call, "INFO",
                         listens_at(lab, "Sender-Connect: TRUE")))
    need(place[0] == lab.gateway, "it is announced at %s:%d" % place)
    passes(lab, listener, place, False)
    ended(flow, call)


@service
def a_file_is_cancelled(lab, flow):
    call, other = talk(lab, flow)
    said(flow, call, "MESSAGE", asks_for_file())
    other.ask("MESSAGE", accepts("Request-Data: IP-Address:"), INVITATION)
    place = told_at(said(flow, call, "MESSAGE", listens_at(lab)))
    need(waiting(lab, place[1]), "it is not expected")
    other.ask("MESSAGE", invitation(
        "Invitation-Command: CANCEL", "Invitation-Cookie: 4711",
        "Cancel-Code: OUTBANDCANCEL"), INVITATION)
    need(wait_until(lambda: not waiting(lab, place[1]), lab.patience),
         "it is still expected")
    ended(flow, call)


# --- what cannot be read --------------------------------------------------

def tls_passes_untouched(lab, _):
    """Records with anything in them: neither changed nor understood."""
    server = lab.listen(lab.far, 5061, lab.outside)
    client = lab.socket(lab.who)
    client.bind((lab.inside, 0))
    client.connect((lab.outside, 5061))
    there = lab.keep(server.accept()[0])
    told = "INVITE sip:bob@example.com SIP/2.0\r\n" + sdp(lab.inside,
                                                          "audio 40000")
    record = b"\x16\x03\x01" + len(told).to_bytes(2, "big") + told.encode()
    for one, other in ((client, there), (there, client)):
        one.sendall(record)
        got = b""
        while len(got) < len(record):
            data = other.recv(65536)
            need(data, "the connection ends")
            got += data
        need(got == record, "it is changed")
    need(not lab.expectations(), "something is expected")
