# SPDX-License-Identifier: GPL-2.0
"""What parties of a call may say without opening more than is theirs."""

from .lab import Dialog, Lab, header, need, reply, sdp, wait_until
from .text import address

GUARDS = []

# Another network behind the gateway; sip-guards.sh makes the second one.
ZONE, OPEN_ZONE = "192.168.50.1", "198.18.5.9"


def guard(function):
    GUARDS.append(function)
    return function


def outward(lab):
    """Where the host inside may send to as if it were an answer."""
    return {(one.dst, one.dport) for one in lab.expectations()
            if one.src == lab.inside}


@guard
def the_other_party_leads_to_its_own_ports_only(lab, flow):
    # What the gateway itself listens at is told to be somewhere else.
    for port in (40000, 40010):
        lab.datagrams("gw", port, lab.gateway)
    own = lab.outside
    own_rtcp = "audio 40000\na=rtcp:40010"
    rows = [
        ("audio 40000", own, "audio 30000", {(own, 30000), (own, 30001)}),
        ("audio 40000", own, "audio 161", set()),
        ("audio 40000", own, "audio 30000\na=rtcp:161", {(own, 30000)}),
        ("audio 40000", OPEN_ZONE, "audio 30000", set()),
        ("audio 40000", lab.gateway, "audio 30000", set()),
        ("audio 40000", lab.gateway.rpartition(".")[0] + ".255",
         "audio 30000", set()),
        (own_rtcp, own, "audio 30000\na=rtcp:31001 IN IP4 %s" %
         lab.world.address["peer"],
         {(own, 30000), (lab.world.address["peer"], 31001)}),
    ] + [
        (own_rtcp, own, "audio 30000\na=rtcp:%s" % where, {(own, 30000)})
        for where in ("161 IN IP4 " + ZONE, "30001 IN IP4 " + ZONE,
                      "30001 IN IP4 " + OPEN_ZONE,
                      "30001 IN IP4 " + lab.gateway,
                      "30001 IN IP4 239.1.1.1")]
    for told, host, answer, wanted in rows:
        call = flow.dialog()
        got = flow.up(call.ask("INVITE", sdp(lab.inside, told)))
        call.answered(lab.answer(flow, got, answer, host=host))
        flow.up(call.ask("ACK", cseq=call.cseq))
        need(outward(lab) == wanted, "%s at %s: the way out to %s" % (
            answer.replace("\n", ", "), host, sorted(outward(lab))))
        flow.down(reply(flow.up(call.ask("BYE")), "200 OK"))
        need(wait_until(lambda: not outward(lab), lab.patience),
             "something is left of the call")


@guard
def ways_out_do_not_pile_up(lab, flow):
    """The other party is somewhere else all the time, then the host is."""
    for port in (40000, 40010):
        lab.datagrams("gw", port, lab.gateway)
    call = flow.dialog()
    got = flow.up(call.ask("INVITE", sdp(lab.inside, "audio 40000")))
    for n in range(30):
        call.answered(flow.down(reply(got, "183 Progress", sdp(
            "203.0.113.%d" % (100 + n), "audio 30000"))))
        need(len(outward(lab)) <= 2, "%d ways out after %d answers" % (
            len(outward(lab)), n + 1))
    need(outward(lab) == {("203.0.113.129", 30000), ("203.0.113.129", 30001)},
         "the ways out are %s" % sorted(outward(lab)))
    call.answered(lab.answer(flow, got))
    flow.up(call.ask("ACK", cseq=1))
    lab.answer(flow, flow.up(call.ask("INVITE", sdp(lab.inside,
                                                    "audio 40010"))))
    flow.up(call.ask("ACK", cseq=2))
    ports = sorted(one.sport for one in lab.expectations()
                   if one.src == lab.inside)
    need(ports == [40010, 40011], "ways out from %s" % ports)
    flow.down(reply(flow.up(call.ask("BYE")), "200 OK"))
    need(wait_until(lambda: not outward(lab), lab.patience),
         "when the call is over there are ways out to %s" %
         sorted(outward(lab)))


@guard
def limits_count_all_ports_of_a_call(lab, flow):
    """With a host-limit of 6."""
    def open_now():
        return len(lab.expectations())

    def asks(told):
        call = flow.dialog()
        return flow.up(call.ask("INVITE", sdp(lab.inside, told)))

    lab.datagrams("gw", 40020, lab.gateway)
    asks("audio 40000/2")
    need(open_now() == 4, "four ports: %d are expected" % open_now())
    asks("audio 40010/2")
    need(open_now() == 4, "four more: %d are expected" % open_now())
    got = asks("audio 40020")
    need(open_now() == 6, "two more: %d are expected" % open_now())
    # Ways out to the other party are not needed.
    lab.answer(flow, got)
    need(open_now() == 6, "it answers: %d are expected" % open_now())
    asks("audio 40030")
    need(open_now() == 6, "two too many: %d are expected" % open_now())


# A network of which lan1 has all addresses.
CROWD = "10.99.%d.%d"


def crowd(lab, number, told):
    """So many hosts ask for a call, and nobody ever answers."""
    where = (lab.outside, 5060)
    for n in range(number):
        own = CROWD % (1 + n // 250, 1 + n % 250)
        call = Dialog(own + ":5060")
        sock = lab.world.datagrams(lab.who, 5060, own)
        with sock:
            sock.sendto(call.ask("INVITE", told and sdp(own, told)).encode(),
                        where)


def is_opened(lab, flow, port):
    """Whether a host that has nothing yet is let in there."""
    lab.server(5060).setblocking(False)
    try:
        while True:
            lab.server(5060).recv(65536)
    except BlockingIOError:
        lab.server(5060).settimeout(lab.patience)
    got = flow.up(flow.dialog().ask("INVITE", sdp(lab.inside, "audio %d" %
                                                  port)))
    flow.down(reply(got, "180 Ringing"))
    return any(one.dport == address(got)[1] and one.active
               for one in lab.expectations())


def soon_opened(lab, flow, port):
    """Somebody who has waited for long enough makes room, thrice."""
    return all(wait_until(lambda p=port + 2 * n: is_opened(lab, flow, p),
                          lab.patience) for n in range(3))


@guard
def many_addresses_do_not_fill_the_table_of_calls(lab, flow):
    crowd(lab, 4500, "")
    need(soon_opened(lab, flow, 40000), "nothing is opened")


@guard
def many_addresses_do_not_fill_the_table_of_endpoints(lab, flow):
    """With a net-limit of 400."""
    crowd(lab, 300, "audio 40000")
    waiting = len(lab.expectations())
    need(waiting <= 300, "%d wait for an answer" % waiting)
    need(soon_opened(lab, flow, 41000), "nothing is opened")


@guard
def who_challenges_strangers_has_calls_all_the_same(lab, flow):
    """More of them than a host may have calls."""
    flow.down(reply(flow.up(flow.dialog().ask("OPTIONS")), "200 OK"))
    for _ in range(1100):
        asked = flow.down(Dialog(lab.outside + ":5060").ask("INVITE"))
        flow.up(reply(asked, "401 Unauthorized"))
    need(soon_opened(lab, flow, 40000), "nothing is opened")


@guard
def who_has_not_answered_is_not_let_in(lab, flow):
    """A phone that listens at a port of its own, and two servers."""
    contact = "<sip:alice@%s:5070>" % lab.inside
    first, second = lab.outside, lab.world.address["peer"]
    other = Lab(lab.world, lab.helper, lab.who, lab.patience)
    other.far, other.outside = "peer", second

    def open_for():
        return {one.src: one.active for one in lab.expectations()
                if one.dport == 5070}

    try:
        asked = flow.up(flow.dialog(contact=contact).ask("REGISTER"))
        line = other.udp(5062)
        got = line.up(line.dialog(contact=contact).ask("INVITE"))
        need(open_for() == {first: False, second: False},
             "asked: %s" % open_for())
        line.down(reply(got, "200 OK"))
        need(open_for() == {first: False, second: True},
             "the callee answered: %s" % open_for())
        flow.down(reply(asked, "200 OK", extra=[
            "Contact: %s;expires=3600" % header(asked, "Contact")]))
        need(open_for() == {first: True, second: True},
             "the registrar answered: %s" % open_for())
    finally:
        other.over()
