# SPDX-License-Identifier: GPL-2.0
"""Somebody who speaks properly announces what is not his to announce."""

from .control import OURS, load
from .pair import Lost, knock
from .sip import header
from .slipstream import targets
from .trial import NotHere, attack
from .world import wait_until

# Ports on which services listen that no client announces.
SERVICES = (1433, 3306, 3389, 5432, 5900, 6379, 8080)
PRIVILEGED = (1, 21, 22, 80, 1023)
ODD = (0, 65536, 65558, 131094, "+5004", "-1", "0x1388", "5004,5006",
       4294967296 + 22)


def announce(t, address, port, form, why):
    """One announcement in a conversation of its own."""
    pair = t.greeted()
    try:
        text = t.dialect.announce(address, port, form)
    except (ValueError, OSError):
        t.drop(pair)
        return
    got = t.say(pair, text, form)
    if got:
        t.reply(pair, t.dialect.answer(got, form))
    t.accuse(why)
    t.drop(pair)


@attack("other-host", "the address of another host")
def other_host(t):
    targets_of = [("lan2", t.world.address["lan2"]),
                  ("gateway inside", t.world.address["lan_gw"]),
                  ("gateway outside", t.world.address["gw"]),
                  ("server", t.world.address["srv"]),
                  ("stranger", t.world.address["peer"])]
    for proto in {t.dialect.proto(form) for form in t.dialect.forms}:
        t.target("lan2", t.dialect.service_port, proto)
        t.target("gw", t.dialect.service_port, proto)
    for form in t.dialect.forms:
        for who, address in targets_of:
            # Behind NAT the outside address is the announcer's as well, for
            # clients that were told it.
            if who == "gateway outside" and t.dialect.name == "msnp":
                continue
            announce(t, address, t.dialect.service_port, form, who)


@attack("no-host", "addresses that no host has")
def no_host(t):
    for form in t.dialect.forms:
        for address in ("127.0.0.1", "0.0.0.0", "224.0.0.5",
                        "255.255.255.255", "0.0.0.1", "192.168.77.255"):
            announce(t, address, t.dialect.service_port, form, address)


@attack("low-ports", "ports below 1024")
def low_ports(t):
    for port in PRIVILEGED:
        targets(t, port)
        for form in t.dialect.forms:
            announce(t, t.world.address["lan1"], port, form,
                     "port %d" % port)


@attack("service-ports", "ports of databases, desktops and the like")
def service_ports(t):
    for port in SERVICES:
        targets(t, port)
        for form in t.dialect.forms:
            announce(t, t.world.address["lan1"], port, form,
                     "port %d" % port)


@attack("odd-ports", "ports that are no numbers, or wrap")
def odd_ports(t):
    for port in ODD:
        for form in t.dialect.forms:
            announce(t, t.world.address["lan1"], port, form,
                     "port %s" % port)


@attack("foreign-ports", "ports that no client of this kind has, or policy allows")
def foreign_ports(t):
    if not t.dialect.foreign_ports:
        raise NotHere
    narrow = t.dialect.narrow and t.dialect.name in OURS
    if narrow:
        load(t, t.dialect.narrow)
    for port, form in t.dialect.foreign_ports:
        t.target("lan1", port, t.dialect.proto(form))
        announce(t, t.world.address["lan1"], port, form, "port %d" % port)
    if narrow:
        t.world.run("gw", t.options.tool, "policy", "flush")


@attack("third-party", "one's own address, and another host's beside it")
def third_party(t):
    port = t.dialect.service_port
    other, mine = t.world.address["lan2"], t.world.address["lan1"]
    t.dialect.own = mine
    if not list(t.dialect.third_parties(mine, other, port)):
        raise NotHere
    for proto in ("tcp", "udp"):
        t.target("lan2", port, proto)
    for number in range(len(list(t.dialect.third_parties(mine, other, port)))):
        pair = t.greeted()
        text = list(t.dialect.third_parties(mine, other, port))[number]
        got = t.say(pair, text)
        t.reply(pair, t.dialect.answer(got) if got else b"")
        lead_to(t, other, mine, "text %d" % (number + 1))
        t.drop(pair)


def lead_to(t, other, mine, why):
    """What is open may lead to the speaker, and to nobody else inside."""
    for entry in t.opened():
        t.known.add(entry.key)
        if entry.dst == other:
            t.find("opened", "%s: %s" % (why, entry))
        if entry.dst in (mine, t.world.address["gw"]):
            t.probe_others(entry, why)


@attack("gateway-port", "a port on which the gateway itself serves")
def gateway_port(t):
    """Who comes to the gateway must not end up at the announcer."""
    port, form = t.dialect.service_port, "plain"
    proto = t.dialect.proto(form)
    service = t.target("gw", port, proto)
    thief = t.target("lan1", port, proto)
    pair = t.greeted()
    got = t.say(pair, t.dialect.announce(t.world.address["lan1"], port, form))
    t.reply(pair, t.dialect.answer(got, form) if got else b"")
    for who in ("peer", "srv"):
        knock(t.world, who, proto, t.world.address["gw"], port)
        if not wait_until(service.reached, 1):
            t.find("harm", "who comes to the gateway's service %s" % (
                "is led to the announcer" if thief.reached() else
                "gets no answer"))
    t.known |= {e.key for e in t.world.expectations()}


@attack("long-life", "asks to stay open for ever")
def long_life(t):
    if not list(t.dialect.lifetimes("", 0)):
        raise NotHere
    for number in range(len(list(t.dialect.lifetimes("", 0)))):
        pair = t.greeted()
        text = list(t.dialect.lifetimes(t.world.address["lan1"],
                                        t.dialect.own_port))[number]
        got = t.say(pair, text)
        if got:
            expires = header(text, b"Expires")
            t.reply(pair, t.dialect.response(
                got, "Contact: %s\r\nExpires: %s\r\n" % (
                    header(got, b"Contact"), expires)))
            for entry in t.world.expectations():
                if entry.seconds > 7200:
                    t.find("opened", "open for %d s with Expires: %s" % (
                        entry.seconds, expires))
        t.drop(pair)


@attack("unanswered", "an announcement before the server said anything")
def unanswered(t):
    targets(t, t.dialect.service_port)
    for form in t.dialect.forms:
        pair = t.pair()
        t.say(pair, t.dialect.announce(t.world.address["lan1"],
                                       t.dialect.service_port, form), form)
        t.accuse("nobody answered")
        t.drop(pair)


@attack("picked-up", "the gateway forgot the connection; it goes on")
def picked_up(t):
    if t.dialect.transport != "tcp":
        raise NotHere
    targets(t, t.dialect.service_port)
    for form in t.dialect.forms:
        pair = t.greeted()
        # The server's side of it is picked up by a packet from inside.
        t.world.forget()
        text = t.dialect.announce(t.world.address["lan1"],
                                  t.dialect.service_port, form)
        try:
            got = pair.up(text, t.dialect.whole_of(text))
        except Lost:
            # Masquerading chose another port: it is over, which is no fault.
            t.drop(pair)
            continue
        t.reply(pair, t.dialect.answer(got, form))
        t.accuse("picked up in the middle")
        t.drop(pair)
