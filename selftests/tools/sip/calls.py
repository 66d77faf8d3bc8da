# SPDX-License-Identifier: GPL-2.0
"""Facts about calls: state, media, ports."""

from .lab import fact, need, reply, sdp, wait_until
from .text import address

RINGS = "180 Ringing"


def begin(lab, flow, port, rings=True, cseq=None, call=None):
    """A call with audio at that port: the dialog, the INVITE as it arrives."""
    call = call or flow.dialog()
    got = flow.up(call.ask("INVITE", sdp(lab.inside, "audio %d" % port),
                           cseq=cseq))
    if rings:
        call.answered(flow.down(reply(got, RINGS)))
    return call, got


@fact("8", "a second call on the same flow leaves the first one's media alone")
def second_call(lab):
    flow = lab.udp()
    ear = lab.ear(40000)
    first = begin(lab, flow, 40000)[1]
    second = begin(lab, flow, 40010)[1]
    lab.answer(flow, second)
    lab.answer(flow, first)
    lab.need_heard(ear, address(first), "the first caller hears nothing")


@fact("8", "the end of one call is not the end of others on the flow")
def other_bye(lab):
    flow = lab.udp()
    ear = lab.ear(40000)
    other, got = begin(lab, flow, 40010)
    other.answered(lab.answer(flow, got))
    waits = begin(lab, flow, 40000)[1]
    flow.down(reply(flow.up(other.ask("BYE")), "200 OK"))
    lab.answer(flow, waits)
    lab.need_heard(ear, address(waits), "the other caller hears nothing")


@fact("9", "eight calls being set up on one flow all have media")
def eight_calls(lab):
    flow = lab.udp()
    ears = [lab.ear(40000 + 10 * n) for n in range(8)]
    calls = [begin(lab, flow, 40000 + 10 * n)[1] for n in range(8)]
    deaf = sum(not lab.hears(ear, address(got))
               for ear, got in zip(ears, calls))
    need(not deaf, "%d of 8 hear nothing" % deaf)


@fact("10", "what a cancelled call opened is closed, though its 487 is lost",
      slow=True)
def cancelled(lab):
    flow = lab.udp(5064, 5064)
    ear = lab.ear(40400)
    call, got = begin(lab, flow, 40400)
    place = address(got)
    call.to_tag = ""
    flow.down(reply(flow.up(call.ask("CANCEL", cseq=1)), "200 OK"))
    yield 60
    need(not lab.hears(ear, place), "media pass after a minute")


@fact("11", "whoever rings for more than three minutes still hears",
      slow=True)
def long_ringing(lab):
    flow = lab.udp(5062, 5062)
    ear = lab.ear(40300)
    got = begin(lab, flow, 40300)[1]
    yield 185
    lab.answer(flow, got)
    lab.need_heard(ear, address(got), "nothing is heard")


@fact("13", "a call goes on from another port of the phone, media unchanged")
def other_flow(lab):
    flow = lab.udp()
    ear = lab.ear(40000)
    call, got = begin(lab, flow, 40000)
    call.answered(lab.answer(flow, got))
    told = address(got)
    flow.inside.close()
    flow.inside = lab.datagrams(lab.who, 5070, lab.inside)
    call.via = call.via.replace(":5060", ":5070")
    call.contact = call.contact.replace(":5060", ":5070")
    again = begin(lab, flow, 40000, rings=False, call=call)[1]
    need(address(again) == told, "told %s:%d, then %s:%d" % (
        *told, *address(again)))
    lab.answer(flow, again)
    lab.need_heard(ear, told, "nothing is heard")


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


@fact("27", "two phones behind the gateway hear each other through a proxy")
def both_inside(lab):
    other = "lan2" if lab.who == "lan1" else "lan1"
    alice = lab.udp()
    second = lab.world.address[other]
    bob = lab.datagrams(other, 5060, second)
    ears = lab.ear(40000), lab.ear(40100, other)
    # Bob's flow is there because he registered.
    bob.sendto(alice.dialog(via="SIP/2.0/UDP %s:5060" % second).ask(
        "OPTIONS", contact=False).encode(), alice.to)
    data, home = alice.server.recvfrom(65536)
    alice.server.sendto(reply(data.decode(), "200 OK").encode(), home)
    bob.recv(65536)
    got = begin(lab, alice, 40000)[1]
    alice.server.sendto(got.replace("Via: ", "Via: SIP/2.0/UDP %s;branch="
                                    "z9hG4bKproxy\r\nVia: " % lab.outside,
                                    1).encode(), home)
    asked = bob.recv(65536).decode()
    bob.sendto(reply(asked, "200 OK", sdp(second, "audio 40100"), [
        "Contact: <sip:bob@%s:5060>" % second]).encode(), alice.to)
    taken = alice.server.recvfrom(65536)[0].decode()
    heard = alice.down(reply(got, "200 OK", sdp(*_place(taken)), [
        "Contact: <sip:bob@%s:5060>" % lab.outside]))
    lab.need_heard(ears[0], address(asked), "alice hears nothing",
                   source=other, port=40100 + 2)
    lab.need_heard(ears[1], address(heard), "bob hears nothing",
                   source=lab.who, port=40000 + 2)


def _place(text):
    host, port = address(text)
    return host, "audio %d" % port


@fact("14", "a host with many registrations leaves room for the others' calls")
def crowd(lab):
    limit = "/proc/sys/net/netfilter/nf_conntrack_expect_max"
    with open(limit, encoding="ascii") as file:
        before = file.read()
    with open(limit, "w", encoding="ascii") as file:
        file.write("48")
    try:
        flow = lab.udp()
        other = lab.world.address["lan2"]
        for port in range(6000, 6060):
            phone = lab.datagrams("lan2", port, other)
            own = "%s:%d" % (other, port)
            text = flow.dialog(via="SIP/2.0/UDP " + own,
                               contact="<sip:x@%s>;expires=3600" % own)
            phone.sendto(text.ask("REGISTER").encode(), flow.to)
            try:
                data, home = flow.server.recvfrom(65536)
            except TimeoutError:
                need(False, "REGISTER %d is dropped" % (port - 5999))
            got = data.decode()
            flow.server.sendto(reply(got, "200 OK", "", [
                line for line in got.split("\r\n")
                if line.startswith("Contact")]).encode(), home)
            phone.recv(65536)
        ear = lab.ear(40000)
        got = begin(lab, flow, 40000)[1]
        lab.need_heard(ear, address(got), "no call has media any more")
    finally:
        with open(limit, "w", encoding="ascii") as file:
            file.write(before)


@fact("12", "what is no SIP does not keep a connection for an hour")
def junk(lab):
    flow = lab.udp()
    flow.up("something that is long, but is no message at all\r\n\r\n")
    flow.down("neither is this, nor does it want to be\r\n\r\n")
    wait_until(lambda: any(lab.lifetimes()), 1)
    longest = max(lab.lifetimes(), default=0)
    need(0 < longest <= 600, "it is kept for %d s" % longest)
