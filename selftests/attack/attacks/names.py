# SPDX-License-Identifier: GPL-2.0
"""Somebody who speaks properly announces what is not his to announce."""

from .pair import Lost
from .slipstream import targets
from .trial import NotHere, attack

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
