# SPDX-License-Identifier: GPL-2.0
"""Facts about messages: framing, header fields, bodies, registrations."""

from .lab import Broken, fact, header, need, reply, sdp, wait_until
from .text import address, body

MULTIPART = "multipart/mixed;boundary=middle"


def own(lab, flow, told=None, **options):
    """An INVITE as it arrives, which is to name the gateway."""
    got = flow.up(flow.dialog(**options).ask(
        "INVITE", told or sdp(lab.inside, "audio 40000")))
    need(address(got)[0] == lab.gateway,
         "c= says %s" % address(got)[0])
    return got


@fact("1", "TCP: an INVITE in two segments is edited and its media heard")
def two_segments(lab):
    flow = lab.tcp()
    ear = lab.ear(40000)
    text = flow.dialog().ask("INVITE", sdp(lab.inside, "audio 40000"))
    got = flow.up(text[:250], text[250:])
    need(address(got)[0] == lab.gateway, "c= says " + address(got)[0])
    lab.answer(flow, got)
    lab.need_heard(ear, address(got), "nothing is heard")


@fact("2", "TCP: behind an edited message a message in two pieces arrives")
def second_partial(lab):
    flow = lab.tcp()
    first = flow.dialog().ask("INVITE", sdp(lab.inside, "audio 40000"))
    text = flow.dialog().ask("MESSAGE", "word " * 40, kind="text/plain",
                             contact=False)
    try:
        got = flow.up(first + text[:300], text[300:])
        got = flow.read(flow.server)
        need(body(got) == "word " * 40, "it arrives with other bytes")
        flow.down(reply(got, "200 OK"))
        flow.up(flow.dialog().ask("OPTIONS", contact=False))
    except TimeoutError:
        need(False, "it never arrives: the stream is broken")
    except Broken as why:
        need(False, "the stream is broken: %s" % why)


@fact("3", "empty lines in front of a message do not hide it")
def empty_lines(lab):
    flow = lab.udp()
    got = flow.up("\r\n\r\n" + flow.dialog().ask(
        "INVITE", sdp(lab.inside, "audio 40000"))).lstrip()
    need(address(got)[0] == lab.gateway, "c= says " + address(got)[0])


@fact("4", "what looks like a field in a text is left alone")
def field_in_text(lab):
    flow = lab.udp()
    text = "You wrote:\r\nContact: <sip:alice@%s>\r\nVia: SIP/2.0/UDP %s\r\n"
    text %= flow.own, flow.own
    got = flow.up(flow.dialog().ask("MESSAGE", text, kind="text/plain",
                                    contact=False))
    need(body(got) == text, "the text arrives changed")


@fact("5", "blanks around slashes in a Via")
def blanks(lab):
    flow = lab.udp()
    got = own(lab, flow, via="SIP / 2.0 / UDP  " + flow.own)
    need(lab.gateway in header(got, "Via"), "Via: " + header(got, "Via"))


@fact("5", "a sips: Contact")
def sips(lab):
    flow = lab.tcp()
    got = own(lab, flow, contact="<sips:alice@%s>" % flow.own)
    need(lab.gateway in header(got, "Contact"),
         "Contact: " + header(got, "Contact"))


def _arrives(flow, text):
    try:
        return flow.up(text)
    except TimeoutError:
        need(False, "the message is dropped")
        return ""


@fact("6", "IPv6 media of an IPv4 call: the call goes on")
def ipv6_media(lab):
    flow = lab.udp()
    told = sdp(lab.inside, "audio 40000").replace(
        "c=IN IP4 " + lab.inside, "c=IN IP6 2001:db8::9")
    _arrives(flow, flow.dialog().ask("INVITE", told))


@fact("6", "a name in c=: the call goes on")
def name_in_c(lab):
    flow = lab.udp()
    _arrives(flow, flow.dialog().ask(
        "INVITE", sdp("phone.example.com", "audio 40000")))


@fact("6", "media at a port below 1024: the call goes on")
def low_port(lab):
    flow = lab.udp()
    _arrives(flow, flow.dialog().ask("INVITE", sdp(lab.inside, "audio 500")))


@fact("6", "Expires that is no number: the registration goes on")
def no_number(lab):
    flow = lab.udp()
    _arrives(flow, flow.dialog().ask("REGISTER", extra=["Expires: never"]))


@fact("6", "an INVITE without CSeq arrives as it was sent")
def no_cseq(lab):
    flow = lab.udp()
    text = "\r\n".join(
        line for line in flow.dialog().ask(
            "INVITE", sdp("198.18.0.9", "audio 40000")).split("\r\n")
        if not line.startswith("CSeq:"))
    got = _arrives(flow, text)
    need(body(got) == body(text), "its description is changed")


@fact("7", "a Contact at a port below 1024 does not hide the one behind it")
def low_uri_port(lab):
    flow = lab.udp()
    got = own(lab, flow, contact="<sip:alice@office.example.com:700>;q=0.1, "
              "<sip:alice@%s>" % flow.own)
    contacts = header(got, "Contact")
    need("office.example.com:700" in contacts, "Contact: " + contacts)
    need(lab.gateway in contacts, "Contact: " + contacts)


def _file_transfer(lab, method):
    flow = lab.udp()
    ear = lab.listen(lab.who, 6891, lab.inside)
    call = flow.dialog()
    call.answered(flow.down(reply(flow.up(call.ask("INVITE", sdp(
        lab.inside, "x-ms-message 5060 sip null"))), "200 OK", sdp(
            lab.outside, "x-ms-message 5060 sip null"))))
    flow.up(call.ask("ACK", cseq=1))
    got = flow.up(call.ask(method, "\r\n".join([
        "Invitation-Command: ACCEPT", "Invitation-Cookie: 4711",
        "IP-Address: " + lab.inside, "Port: 6891", "PortX: 11178",
        "AuthCookie: 12345", "Request-Data: IP-Address:", ""]),
        kind="text/x-msmsgsinvite; charset=UTF-8", contact=False))
    fields = dict(line.split(": ", 1) for line in body(got).split("\r\n")
                  if ": " in line)
    try:
        lab.socket(lab.far).connect((fields["IP-Address"],
                                     int(fields["Port"])))
        ear.accept()[0].close()
    except OSError:
        need(False, "nobody can connect to %s:%s" % (
            fields["IP-Address"], fields["Port"]))


@fact("10", "a file transfer by MESSAGE: the other end can connect")
def file_by_message(lab):
    _file_transfer(lab, "MESSAGE")


@fact("10", "a file transfer by INFO: the other end can connect")
def file_by_info(lab):
    _file_transfer(lab, "INFO")


@fact("19", "multipart: both parts and Content-Length are right")
def multipart(lab):
    flow = lab.udp()
    text = "".join([
        "preamble\r\n--middle\r\nContent-Type: application/sdp\r\n\r\n",
        sdp(lab.inside, "audio 40000"),
        "\r\n--middle\r\nContent-Type: text/plain\r\n\r\n",
        "not to be lost\r\n--middle--\r\n"])
    got = flow.up(flow.dialog().ask("INVITE", text, kind=MULTIPART))
    need(address(got)[0] == lab.gateway, "c= says " + address(got)[0])
    need(int(header(got, "Content-Length")) == len(body(got)),
         "Content-Length says %s of %d bytes" % (
             header(got, "Content-Length"), len(body(got))))
    need("not to be lost" in got, "the text is gone")


@fact("22", "Contact with another port than the flow's: calls get there")
def other_contact(lab):
    flow = lab.udp()
    phone = lab.datagrams(lab.who, 5090, lab.inside)
    got = own(lab, flow, contact="<sip:alice@%s:5090>" % lab.inside)
    lab.answer(flow, got)
    place = header(got, "Contact").partition("@")[2].strip("<> ")
    host, _, port = place.partition(":")
    need(host == lab.gateway, "Contact says " + place)
    ask = flow.dialog(via="SIP/2.0/UDP %s:5060" % lab.outside).ask(
        "OPTIONS", contact=False)
    flow.server.sendto(ask.encode(), (host, int(port)))
    try:
        phone.recv(65536)
    except TimeoutError:
        need(False, "nothing gets to " + place)


@fact("23", "From and To, which Microsoft's clients sign, stay")
def signed(lab):
    flow = lab.udp()
    call = flow.dialog()
    text = call.ask("INVITE", sdp(lab.inside, "audio 40000"))
    text = text.replace("alice@example.com>;tag", "alice@%s>;tag" % flow.own)
    got = flow.up(text)
    need(header(got, "From") == header(text, "From"),
         "From: " + header(got, "From"))
    need(header(got, "To") == header(text, "To"), "To: " + header(got, "To"))


@fact("24", "a Via with another port once does not redirect later answers")
def redirected(lab):
    flow = lab.udp()
    odd = flow.dialog(via="SIP/2.0/UDP %s:6000" % lab.inside)
    lab.datagrams(lab.who, 6000, lab.inside)
    flow.up(odd.ask("OPTIONS", contact=False))
    got = flow.up(flow.dialog().ask("OPTIONS", contact=False))
    try:
        flow.down(reply(got, "200 OK"))
    except TimeoutError:
        need(False, "an answer goes to the other port")


def _granted(got):
    return reply(got, "200 OK", "", [
        line for line in got.split("\r\n") if line.startswith("Contact")])


@fact("25", "a registration with two Contacts: calls get to both")
def two_contacts(lab):
    flow = lab.udp()
    phones = [lab.datagrams(lab.who, port, lab.inside)
              for port in (5091, 5093)]
    got = flow.up(flow.dialog(
        contact="<sip:a@%s:5091>;expires=600, <sip:b@%s:5093>;expires=600" % (
            lab.inside, lab.inside)).ask("REGISTER"))
    flow.down(_granted(got))
    both = header(got, "Contact").split(",")
    for phone, contact in zip(phones, both):
        place = contact.partition("@")[2].partition(">")[0]
        host, _, port = place.partition(":")
        need(host == lab.gateway, "Contact says " + place)
        flow.server.sendto(flow.dialog().ask("OPTIONS").encode(),
                           (host, int(port)))
        try:
            phone.recv(65536)
        except TimeoutError:
            need(False, "nothing gets to " + place)


@fact("25", "nobody is expected for longer than two hours")
def clamped(lab):
    flow = lab.udp()
    got = flow.up(flow.dialog(
        contact="<sip:a@%s:5060>;expires=4294967" % lab.inside
        ).ask("REGISTER"))
    flow.down(_granted(got))
    wait_until(lambda: any(lab.lifetimes(dport=5060)), 1)
    longest = max(lab.lifetimes(dport=5060), default=0)
    need(longest <= 7200, "%d s" % longest)


@fact("28", "a first line that is not SIP 2.0 to the letter opens nothing")
def not_sip(lab):
    flow = lab.tcp()
    text = flow.dialog().ask("REGISTER", extra=["Expires: 600"])
    text = text.replace("REGISTER sip:bob@example.com SIP/2.0",
                        "register sip:bob@example.com HTTP/1.1")
    flow.up(text)
    opened = lab.expectations()
    need(not opened, "opened: %s" % ", ".join(map(str, opened)))


