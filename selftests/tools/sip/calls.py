# SPDX-License-Identifier: GPL-2.0
"""Facts about calls: state, parties, gateways."""

import re

from .lab import Dialog, fact, need, reply, sdp, wait_until
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


@fact("26", "each gateway (namespace) has its own say who may send media")
def own_say(lab):
    anybody(lab)
    try:
        # rt is another gateway, with the same helper, on peer's way to srv.
        text = "\n".join("""table inet own_say {
            ct helper h { type "%s" protocol udp; }
            chain pre { type filter hook prerouting priority mangle;
                ip saddr %s udp dport 5060 ct helper set "h"; }
        }""".split("\n")) % (lab.helper, lab.world.address["peer"])
        done = lab.world.run("rt", "nft", "-f", "-", input=text)
        need(not done.returncode, done.stdout)
        flow = lab.udp()
        begin(lab, flow, 40000)
        ours = {one.src for one in lab.expectations() if one.dport == 40000}
        need(ours == {"0.0.0.0"}, "asked for anybody, %s is let in" % ours)
        own = lab.world.address["peer"]
        phone = lab.datagrams("peer", 5060, own)
        text = Dialog(own + ":5060").ask("INVITE", sdp(own, "audio 40000"))
        phone.sendto(text.encode(), flow.to)
        got, home = flow.server.recvfrom(65536)
        flow.server.sendto(reply(got.decode(), RINGS).encode(), home)
        phone.recv(65536)
        theirs = {one.src for one in lab.world.expectations("rt")
                  if one.dport == 40000}
        need(theirs == {lab.outside},
             "another gateway lets in %s, and nobody asked" % theirs)
    finally:
        anybody(lab, False)
        lab.world.run("rt", "nft", "delete table inet own_say")
        lab.world.run("rt", "conntrack", "-F")


DIRECT = "/sys/module/nf_conntrack_sip/parameters/sip_direct_media"


def anybody(lab, may=True):
    """Asks the helper in gw to let anybody send media; or as before."""
    if lab.helper == "sip":
        with open(DIRECT, "w", encoding="ascii") as file:
            file.write("0" if may else "1")
        return
    tool = lab.world.tool
    text = lab.world.run("gw", tool, "policy", "show").stdout
    if may:
        lab.policy_before = text
        text = re.sub(r"(?m)^(policy .*imsip.*)$", r"\1\n\tmedia-peers = any",
                      text)
    else:
        text = lab.policy_before
    done = lab.world.run("gw", tool, "policy", "load", "-", input=text)
    need(not done.returncode, done.stdout)


@fact("12", "what is no SIP does not keep a connection for an hour")
def junk(lab):
    flow = lab.udp()
    flow.up("something that is long, but is no message at all\r\n\r\n")
    flow.down("neither is this, nor does it want to be\r\n\r\n")
    wait_until(lambda: any(lab.lifetimes()), 1)
    longest = max(lab.lifetimes(), default=0)
    need(0 < longest <= 600, "it is kept for %d s" % longest)
