# SPDX-License-Identifier: GPL-2.0
"""Too much of everything: announcements, hosts, half messages.

Whoever floods loses his own entries; a neighbour's announcement must lead to a
connection all the while, and memory must come back.
"""

import os
import random
import resource
import select
import signal
import time

from .pair import PAIRS
from .trial import NotHere, attack, can_serve

CONNECTIONS = 24
TOGETHER = 100  # announcements in what is written to a stream at once
CLIPS = 20      # different ones of a conversation
ALIASES = ["192.168.77.%d" % n for n in range(60, 240)]
SLACK = 64      # objects of a slab that may be in use for other reasons
HALVES = 1500


def settled(world, before):
    """Objects that are left over beside those before, by slab."""
    # A call that nobody answers is forgotten after 40 s, at the next round.
    deadline = time.monotonic() + 90
    while True:
        world.forget()
        now = world.objects()
        more = {name: count - before.get(name, 0)
                for name, count in now.items()
                if count > before.get(name, 0) + SLACK}
        if not more or time.monotonic() > deadline:
            return more
        time.sleep(0.5)


def clips(t, own, number):
    """What one conversation says, so many announcements at a time."""
    return [b"".join(t.dialect.announce(own, port_of(t.dialect),
                                        random.choice(t.dialect.forms))
                     for _ in range(number)) for _ in range(CLIPS)]


def talkers(t, sources, client, server):
    """Greeted conversations, and what each has to say."""
    found = []
    for i in range(CONNECTIONS):
        own = sources[i % len(sources)]
        pair = PAIRS[t.dialect.transport](t.world, t.dialect.port,
                                          client=client, server=server,
                                          source=own)
        t.dialect.own = own
        t.dialect.own_port = pair.client.getsockname()[1]
        t.dialect.greet(pair)
        pair.client.setblocking(False)
        pair.server.setblocking(False)
        found.append((pair, clips(t, own, 1 if pair.transport == "udp"
                                  else TOGETHER)))
    return found


def hammer(t, sources, seconds, report, client="lan1", least=0):
    """In a process of its own: announcements as fast as they go.

    For so many seconds, and longer if there are fewer than @least by then.

    Its server is `peer`, so that the neighbour has `srv` for himself.
    """
    pairs = talkers(t, sources, client, "peer")
    ends = {pair.client.fileno(): (pair, said) for pair, said in pairs}
    sinks = {pair.server.fileno(): pair for pair, _ in pairs
             if pair.transport == "tcp"}
    rests = {}
    sent = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end or sent < least:
        readable, writable, _ = select.select(list(sinks), list(ends), [], 1)
        for fd in readable:
            try:
                sinks[fd].server.recv(1 << 20)
            except OSError:
                pass
        for fd in writable:
            pair, said = ends[fd]
            data = rests.pop(fd, b"")
            if not data:
                data = random.choice(said)
                sent += 1 if pair.transport == "udp" else TOGETHER
            try:
                rest = data[pair.client.send(data):]
                if rest and pair.transport == "tcp":
                    rests[fd] = rest
            except OSError:
                rests[fd] = data
    os.write(report, b"%d" % sent)


def port_of(dialect):
    if dialect.name == "msnp":
        return random.randrange(6891, 6901)
    return random.randrange(20000, 60000)


def during(t, what, meanwhile=None):
    """Runs what(report) in a process of its own, and serves meanwhile.

    Or does something else meanwhile.
    """
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            signal.alarm(120)
            what(write_end)
            status = 0
        finally:
            os._exit(status)
    os.close(write_end)
    tries, failures = 0, []
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if meanwhile:
            meanwhile()
            continue
        why = can_serve(t.world, t.dialect,
                        port=t.dialect.service_port + tries % 8)
        tries += 1
        if why:
            failures.append(why)
    said = os.read(read_end, 100).decode() or "0"
    os.close(read_end)
    return int(said), tries, failures


def flood(t, sources):
    before = t.world.objects()
    why = can_serve(t.world, t.dialect)
    if why:
        t.find("harm", "no service even without a flood: %s" % why)
        if t.options.tool:
            t.figures.append("counters: " + " ".join(t.world.run(
                "gw", t.options.tool, "stats").stdout.split()))
        return
    sent, tries, failures = during(
        t, lambda report: hammer(t, sources, t.options.seconds, report))
    t.figures.append("%d announcements in %d s; %d of %d of a neighbour's "
                     "connections came" % (sent, t.options.seconds,
                                           tries - len(failures), tries))
    if failures:
        t.find("harm", "%d of %d of a neighbour's connections fail: %s" % (
            len(failures), tries, failures[0]))
    more = settled(t.world, before)
    for name, count in more.items():
        t.find("memory", "%d objects of %s are left" % (count, name))


@attack("flood-one", "one host announces as fast as it can")
def flood_one(t):
    flood(t, [t.world.address["lan1"]])


@attack("flood-many", "many hosts announce as fast as they can")
def flood_many(t):
    aliases(t, "add")
    try:
        flood(t, ALIASES)
    finally:
        aliases(t, "del")


def aliases(t, what):
    t.world.run("lan1", "ip", "-b", "-", input="".join(
        "addr %s %s/24 dev eth0\n" % (what, address) for address in ALIASES))


def half(t):
    """A conversation that stops within an announcement."""
    pair = PAIRS[t.dialect.transport](t.world, t.dialect.port)
    t.dialect.own_port = pair.client.getsockname()[1]
    t.dialect.greet(pair)
    text = t.dialect.announce(t.dialect.own, t.dialect.service_port)
    pair.client.send(text[:-40])
    return pair


@attack("half-messages", "many conversations that stop within a message")
def half_messages(t):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    before = t.world.objects()
    t.dialect.own = t.world.address["lan1"]
    halves = [half(t) for _ in range(HALVES)]
    peak = t.world.objects()
    t.figures.append(", ".join(
        "%s +%d" % (name, peak[name] - before.get(name, 0))
        for name in sorted(peak) if peak[name] > before.get(name, 0)))
    why = can_serve(t.world, t.dialect)
    if why:
        t.find("harm", "a neighbour is not served: %s" % why)
    for pair in halves:
        pair.close()
    for name, count in settled(t.world, before).items():
        t.find("memory", "%d objects of %s are left" % (count, name))


@attack("client-records", "many hosts say again and again what they are")
def client_records(t):
    t.dialect.own = t.world.address["lan1"]
    if not t.dialect.records(0):
        raise NotHere
    before = t.world.objects()
    aliases(t, "add")
    try:
        for number, source in enumerate(ALIASES):
            pair = PAIRS[t.dialect.transport](t.world, t.dialect.port,
                                              source=source)
            for change in range(10):
                pair.client.send(t.dialect.records(number + change))
            pair.close()
    finally:
        aliases(t, "del")
    why = can_serve(t.world, t.dialect)
    if why:
        t.find("harm", "a neighbour is not served: %s" % why)
    now = t.world.objects()
    for name, count in now.items():
        if "client" in name and count - before.get(name, 0) > \
                len(ALIASES) + SLACK:
            t.find("memory", "%d records for %d hosts" % (
                count - before.get(name, 0), len(ALIASES)))
