# SPDX-License-Identifier: GPL-2.0
"""Facts about media: who may send them, kinds, ports."""

from .calls import RINGS, begin
from .lab import Dialog, fact, need, reply, sdp
from .text import address


@fact("15", "a server for media at another address than the proxy is heard")
def other_server(lab):
    flow = lab.udp()
    ear = lab.ear(40000)
    got = begin(lab, flow, 40000)[1]
    lab.answer(flow, got, host=lab.world.address["peer"])
    lab.need_heard(ear, address(got), "nothing is heard", source="peer")


@fact("15", "also when its first word came before the call was taken")
def early_word(lab):
    flow = lab.udp()
    ear = lab.ear(40000)
    got = begin(lab, flow, 40000)[1]
    lab.hears(ear, address(got), source="peer")
    lab.answer(flow, got, host=lab.world.address["peer"])
    lab.need_heard(ear, address(got), "nothing is heard", source="peer")


@fact("16", "four media in one description, each at its port")
def four_media(lab):
    flow = lab.udp()
    kinds = ("audio", "video", "audio", "video")
    ears = [lab.ear(40000 + 10 * n) for n in range(4)]
    told = sdp(lab.inside, *("%s %d" % (kind, 40000 + 10 * n)
                             for n, kind in enumerate(kinds)))
    got = flow.up(flow.dialog().ask("INVITE", told))
    flow.down(reply(got, RINGS))
    host = address(got)[0]
    ports = [int(line.split()[1]) for line in got.split("\r\n")
             if line.startswith("m=")]
    deaf = sum(not lab.hears(ear, (host, port))
               for ear, port in zip(ears, ports))
    need(not deaf, "%d of 4 hear nothing" % deaf)


@fact("17", "RTP at an odd port, RTCP where a=rtcp says")
def own_rtcp(lab):
    flow = lab.udp()
    ear, other = lab.ear(40001), lab.ear(40010)
    got = flow.up(flow.dialog().ask(
        "INVITE", sdp(lab.inside, "audio 40001\na=rtcp:40010")))
    flow.down(reply(got, RINGS))
    host, port = address(got)
    lab.need_heard(ear, (host, port), "no RTP")
    rtcp = [int(line[7:].split()[0]) for line in got.split("\r\n")
            if line.startswith("a=rtcp:")]
    lab.need_heard(other, (host, rtcp[0]), "no RTCP at %d" % rtcp[0],
                   port=30001)


@fact("17", "m=audio over TCP is expected over TCP")
def tcp_media(lab):
    flow = lab.udp()
    ear = lab.listen(lab.who, 40020, lab.inside)
    got = flow.up(flow.dialog().ask("INVITE", sdp(
        lab.inside, "audio 40020 TCP/RTP/AVP 0\na=setup:passive\n"
        "a=connection:new")))
    flow.down(reply(got, RINGS))
    comes = lab.socket(lab.far)
    try:
        comes.connect(address(got))
        ear.accept()[0].close()
    except OSError:
        need(False, "nobody can connect")


@fact("17", "two ports of one medium (m=audio PORT/2): both pairs are open")
def layers(lab):
    flow = lab.udp()
    ears = [lab.ear(40000 + n) for n in range(4)]
    got = flow.up(flow.dialog().ask("INVITE", sdp(
        lab.inside, "audio 40000/2 RTP/AVP 0")))
    flow.down(reply(got, RINGS))
    host, port = address(got)
    deaf = [n for n, ear in enumerate(ears)
            if not lab.hears(ear, (host, port + n))]
    need(not deaf, "nothing is heard at %s" % ", ".join(
        "port + %d" % n for n in deaf))


def _closed(lab, got, kind):
    """Behind the port of that medium nothing is expected."""
    port = address(got, kind)[1] + 1
    need(not [one for one in lab.expectations() if one.dport == port],
         "port %d is open, and nobody wants it" % port)


@fact("17", "an answer that agrees on a=rtcp-mux opens one port, not two")
def muxed(lab):
    flow = lab.udp()
    ear = lab.ear(40000)
    flow.down(reply(flow.up(flow.dialog().ask("OPTIONS")), "200 OK"))
    asked = flow.down(Dialog(lab.outside + ":5060").ask(
        "INVITE", sdp(lab.outside, "audio 30000\na=rtcp-mux")))
    got = flow.up(reply(
        asked, "200 OK", sdp(lab.inside, "audio 40000\na=rtcp-mux"),
        ["Contact: <sip:alice@%s>" % flow.own]))
    lab.need_heard(ear, address(got), "nothing is heard")
    _closed(lab, got, "audio")


@fact("17", "fax has no RTCP: its second port is not opened")
def fax(lab):
    flow = lab.udp()
    ear = lab.ear(40100)
    got = flow.up(flow.dialog().ask("INVITE", sdp(
        lab.inside, "image 40100 udptl t38")))
    flow.down(reply(got, RINGS))
    _closed(lab, got, "image")
    lab.need_heard(ear, address(got, "image"), "nothing is heard")


@fact("18", "a whiteboard (m=application) can be reached where it is announced")
def whiteboard(lab):
    flow = lab.udp()
    board = lab.listen(lab.who, 1503, lab.inside)
    got = flow.up(flow.dialog().ask("INVITE", sdp(
        lab.inside, "application 1503 tcp msdata")))
    flow.down(reply(got, RINGS))
    comes = lab.socket(lab.far)
    try:
        comes.connect(address(got, "application"))
        board.accept()[0].close()
    except OSError:
        need(False, "nobody can connect to %s:%d" %
             address(got, "application"))


@fact("18", "addresses that are not the phone's own stay: o=, another c=")
def mixed(lab):
    flow = lab.udp()
    got = flow.up(flow.dialog().ask("INVITE", sdp(
        "198.18.0.9", "video 41000",
        "audio 40000\nc=IN IP4 %s" % lab.inside, origin="10.9.9.9")))
    need("o=- 1 1 IN IP4 10.9.9.9\r" in got, "o= is changed")
    need(address(got, "video") == ("198.18.0.9", 41000),
         "video is moved to %s:%d" % address(got, "video"))
    need(address(got)[0] == lab.gateway, "audio is not at the gateway")


@fact("18", "candidates agree with c= and m=, or nothing is touched")
def candidates(lab):
    flow = lab.udp()
    got = flow.up(flow.dialog().ask("INVITE", sdp(
        lab.inside, "audio 40000\na=candidate:1 1 UDP 2130706431 %s 40000 "
        "typ host\na=candidate:1 2 UDP 2130706430 %s 40001 typ host" % (
            lab.inside, lab.inside))))
    host, port = address(got)
    own = " %s %d typ host" % (host, port)
    need(own in got, "c= says %s:%d, no candidate does" % (host, port))


@fact("20", "a phone at the last port, which another has: its call goes on")
def last_port(lab):
    flow = lab.udp()
    other = lab.world.address["lan2"]
    phone = lab.datagrams("lan2", 5060, other)
    there = flow.dialog(via="SIP/2.0/UDP %s:5060" % other)
    phone.sendto(there.ask("INVITE", sdp(other, "audio 65534"),
                           contact=False).encode(), flow.to)
    got, home = flow.server.recvfrom(65536)
    flow.server.sendto(reply(got.decode(), RINGS).encode(), home)
    phone.recv(65536)
    ear = lab.ear(65534)
    try:
        got = begin(lab, flow, 65534)[1]
    except TimeoutError:
        need(False, "the INVITE is dropped")
    lab.need_heard(ear, address(got), "nothing is heard")
