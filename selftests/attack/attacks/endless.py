# SPDX-License-Identifier: GPL-2.0
"""Messages that have no end, or are all work."""

import select
import time

from .pair import PAIRS, Lost
from .trial import NotHere, attack

VOLUME = 1 << 20
MANY = 64       # what one message of a real client never opens
SLOW = 8        # times what the same takes without a helper


def pour(pair, data):
    """Sends it all; what arrives, and the seconds that took."""
    if pair.transport == "udp":
        return None, 0
    begin = time.monotonic()
    pair.client.setblocking(False)
    pair.server.setblocking(False)
    sent, got = 0, bytearray()
    while len(got) < len(data):
        ready = select.select([pair.server],
                              [pair.client] if sent < len(data) else [], [],
                              10)
        if not ready[0] and not ready[1]:
            raise Lost("%d of %d bytes arrive" % (len(got), len(data)))
        if ready[1]:
            sent += pair.client.send(data[sent:sent + 65536])
        if ready[0]:
            more = pair.server.recv(1 << 20)
            if not more:
                raise Lost("closed after %d of %d bytes" % (len(got),
                                                            len(data)))
            got += more
    return bytes(got), time.monotonic() - begin


def where(data, got):
    """The first place at which what arrives is something else, in words."""
    at = next((i for i, pair in enumerate(zip(data, got)) if pair[0] != pair[1]),
              min(len(data), len(got)))
    around = slice(max(at - 20, 0), at + 30)
    return " at %d: %r becomes %r" % (at, data[around], got[around])


def pour_both(t, data, why):
    """With the helper, and on a port where there is none."""
    times = []
    for port in (t.dialect.port, t.dialect.port + 1000):
        pair = PAIRS[t.dialect.transport](t.world, port)
        try:
            if port == t.dialect.port:
                t.dialect.own = t.world.address["lan1"]
                t.dialect.greet(pair)
            got, seconds = pour(pair, data)
            times.append(seconds)
            if got != data:
                t.find("harm", "%s: bytes change%s" % (why, where(data, got)))
        except (Lost, ConnectionError) as lost:
            t.find("harm", "%s: %s" % (why, lost))
            return
        finally:
            pair.close()
    t.figures.append("%s: %.1f x" % (why, times[0] / max(times[1], 1e-3)))
    if times[0] > SLOW * times[1] and times[0] > 2:
        t.find("harm", "%s: %.1f s, %.1f s without the helper" % (
            why, times[0], times[1]))


@attack("endless", "lines, headers and bodies without an end")
def endless(t):
    if t.dialect.transport != "tcp":
        raise NotHere
    for begin in t.dialect.endless:
        pour_both(t, begin + b"A" * VOLUME, repr(begin[:30])[2:-1])
    t.accuse("endless")


@attack("crowd", "the shortest commands in the largest number")
def crowd(t):
    if t.dialect.transport != "tcp":
        raise NotHere
    pour_both(t, t.dialect.crowd * (VOLUME // len(t.dialect.crowd)), "crowd")
    t.world.run("lan1", "ethtool", "-K", "eth0", "tso", "on", "gso", "on")
    try:
        pour_both(t, t.dialect.crowd * (VOLUME // len(t.dialect.crowd)),
                  "crowd in packets of 64 KiB")
    finally:
        t.world.run("lan1", "ethtool", "-K", "eth0", "tso", "off", "gso",
                    "off")


@attack("heavy", "messages that are as much work as can be")
def heavy(t):
    t.dialect.own = t.world.address["lan1"]
    messages = list(t.dialect.heavy())
    if not messages:
        raise NotHere
    if t.dialect.transport == "tcp":
        for number, text in enumerate(messages):
            pour_both(t, text * max(1, VOLUME // len(text) // 4),
                      "message %d" % (number + 1))
        return
    for number, text in enumerate(messages):
        pair = t.greeted()
        begin = time.monotonic()
        got = t.say(pair, text)
        t.figures.append("message %d: %.0f ms" % (
            number + 1, 1000 * (time.monotonic() - begin)))
        if got and not got.endswith(text[-4:]):
            t.find("harm", "message %d is cut" % (number + 1))
        t.drop(pair)


@attack("blow-up", "small messages that ask for much")
def blow_up(t):
    t.dialect.own = t.world.address["lan1"]
    if not list(t.dialect.blow_ups()):
        raise NotHere
    for number in range(len(list(t.dialect.blow_ups()))):
        pair = t.greeted()
        text = list(t.dialect.blow_ups())[number]
        t.say(pair, text)
        opened = len(t.world.expectations())
        t.figures.append("message %d: %d expectations" % (number + 1, opened))
        if opened > MANY:
            t.find("opened", "message %d of %d bytes opens %d" % (
                number + 1, len(text), opened))
        t.drop(pair)
