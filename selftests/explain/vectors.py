# SPDX-License-Identifier: GPL-2.0
"""Every vector in a small capture: offered as its JSON says."""

import copy
import json
import os

from tool import Failure, of_type, want
from wire import Capture, Talk, read_sound, streams

SERVER = "198.51.100.10"

# What may be opened, or not.
OPTIONAL = ("optional", "expect-or-ignore", "translate-optional", "hairpin",
            "delta0-only")

# Refusals whose reason matters.
REFUSALS = {
    "bad-foreign-host": "refused-not-self",
    "bad-loopback": "refused-not-self",
    "bad-multicast": "refused-not-self",
    "bad-port-zero": "refused-port-zero",
    "bad-port-65536": "refused-malformed",
    "bad-port-privileged": "refused-port-privileged",
    "bad-quad-leading-zeros": "refused-malformed",
    "bad-quad-range": "refused-malformed",
}

# Streams that are given up.
OPAQUE = {
    "bad-len-huge": "opaque-length",
    "bad-len-negative": "opaque-length",
    "bad-len-nonnumeric": "opaque-length",
    "bad-len-overflow": "opaque-length",
    "bad-line-long": "opaque-line",
}


# In what vectors announce, by the beginning of their name; others in invitations.
MECHANISMS = {
    "slp1-": "p2pv1",
    "slp2-": "p2pv2",
    "cam-": "p2pv1",
    "bad-p2p1-": "p2pv1",
    "bad-p2p2-": "p2pv2",
    "bad-slp-": "p2pv1",
    "uun": "uun",
    "sdg-": "sdg",
}


def greets(data, side):
    names = (b"VER ", b"USR ", b"ANS ", b"IRO ")
    return data[:4] in names[:3 + side] or \
        (side == 1 and data[:1].isdigit())


class Vector:
    """@before: vectors that come before it on its connection."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as source:
            self.json = json.load(source)
        with open(path[:-5] + ".bin", "rb") as source:
            self.data = source.read()
        self.name = self.json["name"]
        self.expect = self.json["expect"]
        self.wanted = self.expect.get("expectations") or []
        self.is_ns = self.json["transport"] == "ns"
        self.is_msnp = self.json["transport"] in ("ns", "sb")
        self.side = int(self.json["direction"] == "s2c")
        self.inside = self.expect.get("self", "192.168.0.12")
        nat = self.json.get("nat", {})
        self.outside = nat.get("public", "203.0.113.5")
        self.optional = str(self.expect.get("action")).startswith(OPTIONAL)
        self.before = []

    def parts(self):
        at = 0
        for size in self.json.get("segments", [len(self.data)]):
            yield self.data[at:at + size]
            at += size

    def hello(self):
        """What both say first, unless the vector does."""
        if self.is_ns:
            return ((0, b"VER 1 MSNP18 CVR0\r\n"), (1, b"VER 1 MSNP18\r\n"),
                    (0, b"USR 2 TWN I a@b\r\n"), (1, b"USR 2 OK a@b c 1 0\r\n"))
        return ((0, b"USR 1 a@b c\r\n"), (1, b"USR 1 OK a b\r\n"))

    def capture(self):
        capture = Capture()
        talk = Talk(capture, self.inside, SERVER)
        first = self.before[0] if self.before else self
        greeted = self.is_msnp and greets(first.data, first.side)
        if self.is_msnp and not (greeted and first.side == 0):
            for side, line in self.hello()[:1 if greeted else None]:
                talk.say(side, line)
        for vector in self.before + [self]:
            if vector is not first and first.side == 0 and greeted:
                talk.say(*self.hello()[1])
                greeted = False
            for part in vector.parts():
                talk.say(vector.side, part)
        return capture


def mechanism(name):
    for prefix, found in MECHANISMS.items():
        if name.startswith(prefix):
            return found
    return "invitation"


def places(wanted, outside):
    """(listener, port inside, address outside, port there), sorted."""
    return sorted((e["listener"], e["inside_port"], outside,
                   e["outside_port"]) for e in wanted)


def allowed(rows):
    return [(o["listener"], o["inside_port"], o["outside"], o["outside_port"])
            for o in of_type(rows, "offer") if o["verdict"] == "allow"]


def check_edits(tool, vector, capture, options):
    """What leaves is sound, and announces the same endpoint to peers."""
    out = tool.path("out.pcap")
    before = tool.json(tool.file("in.pcap", capture.pcap()), "--write", out,
                       *options)
    after = tool.json(out, *options)
    for old, new in zip(of_type(before, "offer"), of_type(after, "offer")):
        want("edit of what was edited", new["edit"], "none")
        if old["verdict"] == "refuse" or old["edit"] == "skipped" or \
                old["announced"] not in (vector.inside, vector.outside):
            continue
        want("announced then", new["announced"], old["outside"])
        # What only named the inside now seems to name some other host's.
        if new["reason"] != "refused-not-self":
            want("outcome", (new["verdict"], new["announced_port"]),
                 (old["verdict"], old["outside_port"]))
    streams(read_sound(out))


def options_for(tool, vector, wanted):
    """A policy that names the ports, each for itself."""
    ports = ", ".join("%d" % w[3] for w in wanted) or "1024-65535"
    return ["--policy", tool.policy(ports, inside=[w[1] for w in wanted]),
            "--inside", vector.inside, "--outside", vector.outside]


def run(tool, vector):
    wanted = places(vector.wanted, vector.outside)
    options = options_for(tool, vector, wanted)
    capture = vector.capture()
    rows = tool.json(tool.file("in.pcap", capture.pcap()), *options)
    got = sorted(allowed(rows))
    if not vector.optional or (got and wanted):
        want("offers allowed", got, wanted)
    for offer in of_type(rows, "offer"):
        want("helper and mechanism", (offer["helper"], offer["mechanism"]),
             ("msnp", mechanism(vector.name)))
        if offer["verdict"] == "allow" and wanted:
            protos = {p for e in vector.wanted for p in e["proto"]}
            want("other protocols", set(offer["proto"]) - protos, set())
        for line in offer["lines"]:
            want("readable", ("?" in line["old"], len(line["old"]) > 400),
                 (False, False))
    if vector.name in REFUSALS:
        want("reason", [o["reason"] for o in of_type(rows, "offer")],
             [REFUSALS[vector.name]])
    if vector.name in OPAQUE:
        want("opaque", [o["reason"] for o in of_type(rows, "opaque")],
             [OPAQUE[vector.name]])
    if vector.name.startswith("split-in-"):
        want("split", of_type(rows, "message"), [])
    follow(vector, rows)
    check_edits(tool, vector, capture, options)


def follow(vector, rows):
    server = vector.expect.get("server")
    port = vector.expect.get("port")
    wanted = []
    if str(vector.expect.get("action", "")).startswith("follow-") and \
            port != 1863:
        wanted = [(server, port, "allow")]
    want("followed", [(f["server"], f["port"], f["verdict"])
                      for f in of_type(rows, "follow")], wanted)


def scenario(tool, steps, wanted):
    """Vectors in a row on one connection: what is open in the end."""
    last = copy.copy(steps[-1])
    outside = last.outside
    wanted = places(wanted, outside)
    last.before = steps[:-1]
    for step in steps:
        last.inside = step.expect.get("self", last.inside)
    capture = last.capture()
    options = options_for(tool, last, places(
        [e for step in steps for e in step.wanted], outside))
    rows = tool.json(tool.file("in.pcap", capture.pcap()), *options)
    got = sorted(set(allowed(rows)))
    if of_type(rows, "cancel"):
        want("closed", [c["closed"] for c in of_type(rows, "cancel")],
             [len(got)])
        got = []
    want("open", got, wanted)
    check_edits(tool, last, capture, options)


def current(known):
    """Each table names something."""
    for name in list(REFUSALS) + list(OPAQUE):
        if name not in [v.name for v in known]:
            raise Failure("no vector %s" % name)


def add_scenarios(ktap, tool, known, path):
    with open(path, encoding="utf-8") as source:
        scenarios = json.load(source)
    for entry in scenarios:
        steps = [known[name] for name in entry["steps"] if name in known]
        if steps and steps[-1].expect.get("needs_invite_guid"):
            steps[-1].before = steps[:-1]
        if len(steps) < len(entry["steps"]):
            ktap.skip("scenario " + entry["name"], "not all of its vectors")
            continue
        ktap.add("scenario " + entry["name"], scenario, tool, steps,
                 entry["expectations"])


def add(ktap, tool, paths, scenarios):
    known = {}
    for path in paths:
        if os.path.exists(path[:-5] + ".bin"):
            vector = Vector(path)
            known[vector.name] = vector
    if not known:
        ktap.skip("vectors", "there are none")
        return
    for path in scenarios[:1]:
        add_scenarios(ktap, tool, known, path)
    for vector in known.values():
        ktap.add("vector " + vector.name, run, tool, vector)
    ktap.add("tables of vectors are current", current, known.values())
