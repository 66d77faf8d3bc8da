# SPDX-License-Identifier: GPL-2.0
"""What a policy, or the length of a datagram, makes of a call."""

from .lab import need, reply, sdp
from .text import address, body

POLICIES = []

MTU = 1500
UDP_HEAD = 28       # of IPv4 and UDP


def policy(function):
    POLICIES.append(function)
    return function


def invite(lab, flow, port, more=""):
    call = flow.dialog()
    told = sdp(lab.inside, "audio %d%s" % (port, more))
    return call, told, flow.up(call.ask("INVITE", told))


def untouched(lab, flow, port, more=""):
    """What is announced there stays as it is, and is not expected."""
    call, told, got = invite(lab, flow, port, more)
    # The first line that may change is o=, of which nobody makes a connection.
    need(body(got).split("c=")[1] == told.split("c=")[1],
         "the description is changed: %r" % body(got))
    call.answered(lab.answer(flow, got))
    opened = [str(one) for one in lab.expectations()
              if one.dport not in (5060, 30000, 30001)]
    need(not opened, "opened: %s" % ", ".join(opened))


def taken_at(lab, flow, host):
    """A call whose other end has its media at host: ear, place."""
    ear = lab.ear(40000)
    call, _, got = invite(lab, flow, 40000)
    call.answered(lab.answer(flow, got, host=host))
    return ear, address(got)


@policy
def the_party_that_signals_and_nobody_else(lab, flow):
    """With media-peers = peer."""
    ear, place = taken_at(lab, flow, lab.world.address["peer"])
    need(not lab.hears(ear, place, "peer"),
         "the description's address is let in")
    lab.need_heard(ear, place, "who signals is not let in")


@policy
def listed_networks_and_nobody_else(lab, flow):
    """With media-networks = that of `peer`."""
    ear, place = taken_at(lab, flow, lab.outside)
    need(not lab.hears(ear, place), "the other party is let in")
    lab.need_heard(ear, place, "who is listed is not let in", "peer")


@policy
def anybody_may_send(lab, flow):
    """With media-peers = any."""
    ear, place = taken_at(lab, flow, lab.outside)
    lab.need_heard(ear, place, "a third one is not let in", "peer")


@policy
def candidates_are_not_helped(lab, flow):
    """With ice = no."""
    untouched(lab, flow, 40000, "\na=candidate:1 1 UDP 2130706431 %s 40000 "
              "typ host" % lab.inside)


@policy
def audio_is_refused(lab, flow):
    """With verdict = refuse."""
    untouched(lab, flow, 40000)


@policy
def pairs_come_from_the_range_outside(lab, flow):
    """With outside = 30001-30005: two pairs, from even ports."""
    places = {}
    for port in (40000, 40010):
        call, _, got = invite(lab, flow, port)
        call.answered(flow.down(reply(got, "180 Ringing")))
        places[port] = address(got)
    need(sorted(places.values()) == [(lab.gateway, 30002),
                                     (lab.gateway, 30004)],
         "told %s" % sorted(places.values()))
    told, got = invite(lab, flow, 40020)[1:]
    need(body(got).split("c=")[1] == told.split("c=")[1],
         "a third call is told %s:%d" % address(got))
    for port, (host, outside) in places.items():
        lab.need_heard(lab.ear(port), (host, outside), "no RTP")
        lab.need_heard(lab.ear(port + 1), (host, outside + 1), "no RTCP",
                       port=30001)


@policy
def a_datagram_may_grow_beyond_the_mtu(lab, flow):
    """The phone sends as much as fits, and the gateway's name is longer."""
    flow.server.settimeout(lab.patience)
    call = flow.dialog()
    told = sdp(lab.inside, "audio 40000")
    room = MTU - UDP_HEAD - len(call.ask("INVITE", told, cseq=1,
                                         extra=["Subject: "]))
    text = call.ask("INVITE", told, cseq=1, extra=["Subject: " + "s" * room])
    need(len(text) == MTU - UDP_HEAD, "%d bytes are sent" % len(text))
    got = flow.up(text)
    need(len(got) > len(text), "%d bytes became %d" % (len(text), len(got)))
    need(address(got)[0] == lab.gateway, "c= says " + address(got)[0])
    need("s" * room in got, "the subject arrives changed")
    call.answered(flow.down(reply(got, "180 Ringing")))
    lab.need_heard(lab.ear(40000), address(got), "nothing is heard")
