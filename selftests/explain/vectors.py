# SPDX-License-Identifier: GPL-2.0
"""Every vector in a small capture: offered as its JSON says."""

import json
import os

from tool import Failure, of_type, want
from wire import Capture, Talk, read_sound, streams

SERVER = "198.51.100.10"

# What is not handled yet: expected to offer nothing. Prefixes of names.
NOT_YET = {
    "inv-appshare": "application sharing is a session (SM1)",
    "inv-netmeeting": "NetMeeting is a session (SM1)",
    "inv-remote-assistance": "remote assistance is a session (SM1)",
    "inv-voice": "voice is a session (SM1)",
    "inv-webcam-addon": "the webcam add-on announces in its INVITE",
    "inv-whiteboard": "whiteboard is a session (SM1)",
    "cam-": "webcam XML travels in P2P",
    "slp1-": "MSNSLP in P2P version 1",
    "slp2-": "MSNSLP in P2P version 2",
    "bad-slp-clen-wrong": "MSNSLP in P2P version 1",
    "uun3-": "MSNSLP on the notification server",
    "sdg-": "MSNSLP in SDG",
}

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


def greets(data, side):
    names = (b"VER ", b"USR ", b"ANS ", b"IRO ")
    return data[:4] in names[:3 + side] or \
        (side == 1 and data[:1].isdigit())


class Vector:
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
        self.outside = self.json.get("nat", {}).get("public", "203.0.113.5")

    def missing(self):
        return any(self.name.startswith(prefix) for prefix in NOT_YET)

    def parts(self):
        at = 0
        for size in self.json.get("segments", [len(self.data)]):
            yield self.data[at:at + size]
            at += size

    def capture(self):
        capture = Capture()
        talk = Talk(capture, self.inside, SERVER)
        hello = (b"VER 1 MSNP8 CVR0\r\n", b"VER 1 MSNP8\r\n") if self.is_ns \
            else (b"USR 1 a@b c\r\n", b"USR 1 OK a b\r\n")
        greeted = self.is_msnp and greets(self.data, self.side)
        if self.is_msnp and not (greeted and self.side == 0):
            talk.say(0, hello[0])
            if not greeted:
                talk.say(1, hello[1])
        for part in self.parts():
            talk.say(self.side, part)
        return capture


def expected(vector):
    """Offers that are implemented, as (listener, port inside, outside)."""
    if vector.missing():
        return []
    return [(e["listener"], e["inside_port"], vector.outside,
             e["outside_port"]) for e in vector.wanted]


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
        want("outcome", new["verdict"], old["verdict"])
        if old["verdict"] == "refuse" or old["edit"] == "skipped" or \
                old["announced"] not in (vector.inside, vector.outside):
            continue
        want("announced then", (new["announced"], new["announced_port"]),
             (old["outside"], old["outside_port"]))
    streams(read_sound(out))


def run(tool, vector):
    wanted = expected(vector)
    ports = ", ".join("%d-%d" % (w[3], w[3]) for w in wanted) or "1024-65535"
    options = ["--policy", tool.policy(ports), "--inside", vector.inside,
               "--outside", vector.outside]
    capture = vector.capture()
    rows = tool.json(tool.file("in.pcap", capture.pcap()), *options)
    optional = str(vector.expect.get("action", "")).startswith("expect-or")
    if not (optional and not wanted):
        want("offers allowed", allowed(rows), wanted)
    for offer in of_type(rows, "offer"):
        want("helper", offer["helper"], "msnp")
        if offer["verdict"] == "allow":
            protos = [set(e["proto"]) for e in vector.wanted]
            if protos and not set(offer["proto"]) & protos[0]:
                raise Failure("proto %s" % offer["proto"])
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


def current(known):
    """Each table names something."""
    for name in list(REFUSALS) + list(OPAQUE):
        if name not in [v.name for v in known]:
            raise Failure("no vector %s" % name)
    for prefix in NOT_YET:
        if not any(v.name.startswith(prefix) and v.wanted for v in known):
            raise Failure("%s: nothing by this name" % prefix)


def add(ktap, tool, paths):
    known = [Vector(path) for path in paths
             if os.path.exists(path[:-5] + ".bin")]
    if not known:
        ktap.skip("vectors", "there are none")
        return
    for vector in known:
        ktap.add("vector " + vector.name, run, tool, vector)
    ktap.add("tables of vectors are current", current, known)
