# SPDX-License-Identifier: GPL-2.0
"""Every vector of SIP in a small capture: offered as its JSON says."""

import json
import os

from tool import Failure, of_type, want
from wire import ACK, PSH, Capture, Talk, read_sound, udp_packet

APPS = ("rtp-audio", "rtp-video", "rtcp", "image", "whiteboard", "app-sharing",
        "sip-signalling", "sip-file-transfer")

# What is not handled yet.
NOT_YET = {}

# Ports that are left out: data channels have no application, and nobody comes
# to the port of a TCP connection but through it.
LEFT_OUT = {
    "sdp-savpf-dtls": {54402},
    "dlg-register-tcp-rport": {16879},
}

# Larger than what a sender is trusted with at first: released, and told.
RELEASED = ("tcp-4k-invite",)


class Message:
    """One that goes before or behind a vector, to make it part of a dialog."""

    def __init__(self, start, like, cseq, to_tag=None, more=""):
        via = like["via"][0] if like.get("via") else {}
        method = like["cseq"]["method"] if cseq is None else cseq[1]
        number = like["cseq"]["number"] if cseq is None else cseq[0]
        tag = ";tag=" + to_tag if to_tag else ""
        self.text = ("%s\r\nVia: SIP/2.0/%s %s:%d;branch=%s\r\n"
                     "From: <sip:a@example.com>;tag=%s\r\n"
                     "To: <sip:b@example.com>%s\r\n"
                     "Call-ID: %s\r\nCSeq: %d %s\r\n%s"
                     "Content-Length: 0\r\n\r\n" %
                     (start, via.get("transport", "UDP"),
                      via.get("host", "a.example"), via.get("port") or 5060,
                      via.get("branch", "z9hG4bKx"), like["from_tag"], tag,
                      like["call_id"], number, method, more)).encode()


class Vector:
    def __init__(self, path):
        with open(path, encoding="utf-8") as source:
            self.json = json.load(source)
        with open(path[:-5] + ".bin", "rb") as source:
            self.data = source.read()
        self.name = self.json["name"]
        self.expect = self.json["expect"]
        self.action = self.expect["action"]
        self.flow = self.json["flow"]
        self.inside = self.flow[self.flow["inside"]]
        nat = self.json.get("nat", {})
        self.outside = nat.get("public", "203.0.113.5")
        self.translated = None
        # Other results are right too where ports or the length may differ.
        if nat and self.json["transport"] == "udp" and \
                os.path.exists(path[:-5] + ".nat.bin") and \
                all(int(a) == b for a, b in nat["port_map"].items()):
            with open(path[:-5] + ".nat.bin", "rb") as source:
                self.translated = source.read()
        if ":" in self.inside:
            self.outside = self.inside

    def parts(self):
        at = 0
        for size in self.json.get("segments", [len(self.data)]):
            yield self.data[at:at + size]
            at += size

    def ends(self):
        flow = self.flow
        return (flow["src"], flow["sport"]), (flow["dst"], flow["dport"])

    def before(self):
        """What makes it part of a dialog, as (back, bytes)."""
        like = (self.json["parse"].get("messages") or [{}])[0]
        if not like.get("call_id") or not like.get("from_tag") or \
                self.action not in ("expect", "lenient"):
            return
        if like["kind"] == "response":
            start = like["cseq"]["method"] + " sip:b@example.com SIP/2.0"
            yield True, Message(start, like, None, more=self.contacts()).text
        elif like["to_tag"] and like["method"] != "INVITE":
            number = like["cseq"]["number"] - (like["method"] != "ACK")
            cseq = (number, "INVITE")
            yield False, Message("INVITE sip:b@example.com SIP/2.0", like,
                                 cseq).text
            yield True, Message("SIP/2.0 180 Ringing", like, cseq,
                                like["to_tag"]).text

    def behind(self):
        """What activates it."""
        like = (self.json["parse"].get("messages") or [{}])[0]
        if like.get("method") == "REGISTER" and like["kind"] == "request" and \
                self.action == "expect":
            yield True, Message("SIP/2.0 200 OK", like, None, "x",
                                self.contacts()).text

    def contacts(self):
        """Those of the vector, for whoever repeats them."""
        return "".join("Contact: <sip:%s:%d>;expires=3600\r\n" %
                       (c["host"], c["port"] or 5060)
                       for m in self.json["parse"].get("messages") or []
                       for c in m.get("contact") or [] if c.get("host"))

    def around(self, capture):
        """It, and what it takes to be understood."""
        talks = {}
        for back, text in self.before():
            self.add(capture, talks, text, back)
        self.add(capture, talks)
        for back, text in self.behind():
            self.add(capture, talks, text, back)

    def add(self, capture, talks, text=None, back=False):
        """Its packets, or @text; @talks: TCP connections by their ends."""
        src, dst = self.ends()
        if back:
            src, dst = dst, src
        if self.json["transport"] == "udp":
            capture.add(udp_packet(src[0], dst[0], src[1], dst[1],
                                   text or self.data))
            return
        key = tuple(sorted((src, dst)))
        if key not in talks:
            talks[key] = Talk(capture, src[0], dst[0], src[1], dst[1])
        talk = talks[key]
        side = talk.ends.index((src[0], src[1]))
        for part in [text] if text else self.parts():
            talk.send(side, ACK | PSH, part)
            talk.send(1 - side, ACK)

    def endpoints(self, key="expectations"):
        """Those of hosts inside, but for what is left out."""
        left_out = LEFT_OUT.get(self.name, ())
        return {(e["listener"], e["port"], e.get("proto", "udp"))
                for e in self.expect.get(key) or []
                if e["listener"] == self.inside and e["port"] not in left_out}

    def listens(self):
        """What Contacts name: the helper lets servers come there."""
        return {(self.inside, c["port"] or 5060, proto)
                for m in self.json["parse"].get("messages") or []
                for c in m.get("contact") or []
                if c.get("host") == self.inside
                for proto in ("tcp", "udp")}


def policy(tool, inside):
    text = ['policy "all" {', "\thelper = imsip", "\tdefault = yes",
            "\thost-limit = 200"]
    for app in APPS:
        text += ["\tapplication %s {" % app, "\t\tprotocol = { tcp, udp }",
                 "\t\tinside = { %s1024-65535 }" %
                 "".join("%d, " % port for port in sorted(inside)),
                 "\t\toutside = { %s1024-65535 }" %
                 "".join("%d, " % port for port in sorted(inside)),
                 "\t\tlimit = 100", "\t}"]
    return tool.file("policy.conf", "\n".join(text + ["}", ""]).encode())


def opened(rows):
    """(listener, port, protocol) of all that was allowed."""
    return {(o["listener"], o["inside_port"] + i, proto)
            for o in of_type(rows, "offer") if o["verdict"] == "allow"
            for i in range(o["ports"]) for proto in o["proto"]}


def options_for(tool, vector, ports):
    # As far as they fit: a port named for itself may be one of a service.
    return ["--policy", policy(tool, set(ports[:6])),
            "--inside", vector.inside, "--outside", vector.outside]


def judge(vector, got):
    wanted = vector.endpoints()
    may = vector.endpoints("optional") | vector.listens()
    if vector.action == "expect" and "at_most" not in vector.expect:
        want("missing", sorted(wanted - got), [])
    if vector.action in ("expect", "lenient"):
        want("more", sorted(got - wanted - may), [])
    elif vector.action != "off":
        want("opened", sorted(got - may), [])
    if len(got) > vector.expect.get("at_most", 1000):
        raise Failure("%d are open" % len(got))


def run(tool, vector):
    capture = Capture()
    vector.around(capture)
    options = options_for(tool, vector, sorted(p for _, p, _ in vector.endpoints()))
    out = tool.path("out.pcap")
    rows = tool.json(tool.file("in.pcap", capture.pcap()), "--write", out,
                     *options)
    if vector.name in RELEASED:
        want("split", [m["reason"] for m in of_type(rows, "message")],
             ["split"])
    else:
        judge(vector, opened(rows))
    for offer in of_type(rows, "offer"):
        want("helper", offer["helper"], "imsip")
    leaves(vector, rows, capture, read_sound(out))


# What is open at the end, by scenario; those with "closed" end with nothing.
SCENARIOS = {
    "cancelled": (),
    "hold-and-resume": (49170, 49171),
    "bye-of-another-call": (49170, 49171),
    "bye-low-cseq": (49170, 49171),
    "register": (5060,),
    "slipstream": (),
}


def scenario(tool, steps, ports):
    """Vectors in a row: what is open in the end."""
    capture, talks = Capture(), {}
    for step in steps:
        step.add(capture, talks)
    options = options_for(tool, steps[0], sorted(ports))
    rows = tool.json(tool.file("in.pcap", capture.pcap()), *options)
    got = opened(rows)
    closed = sum(c["closed"] for c in of_type(rows, "cancel"))
    if ports:
        want("missing", sorted(set(ports) - {p for _, p, _ in got}), [])
        want("closed", closed, 0)
    else:
        want("left open", len(got) - closed, 0)


def leaves(vector, rows, old, new):
    """What opens nothing passes as it is; else peers are told the outside."""
    if vector.action in ("refuse", "off"):
        want("packets", new.packets(), old.packets())
        return
    said = b"".join(new.packets())
    if vector.translated:
        want("as it should leave", vector.translated in said, True)
    for offer in of_type(rows, "offer"):
        if offer["edit"] in ("resize", "same-length") and \
                offer["outside"].encode() not in said:
            raise Failure("%s is not announced" % offer["outside"])


def current(known):
    for name in list(RELEASED) + list(NOT_YET) + list(LEFT_OUT):
        if name not in known:
            raise Failure("no vector %s" % name)


def add_scenarios(ktap, tool, known, path):
    with open(path, encoding="utf-8") as source:
        scenarios = json.load(source)
    for entry in scenarios:
        if entry["name"] not in SCENARIOS:
            continue
        if not set(entry["steps"]) <= set(known):
            ktap.skip("scenario of SIP " + entry["name"],
                      "not all of its vectors")
        else:
            ktap.add("scenario of SIP " + entry["name"], scenario, tool,
                     [known[name] for name in entry["steps"]],
                     SCENARIOS[entry["name"]])


def add(ktap, tool, paths, scenarios):
    known = {}
    for path in paths:
        if os.path.exists(path[:-5] + ".bin"):
            vector = Vector(path)
            known[vector.name] = vector
    if not known:
        ktap.skip("vectors of SIP", "there are none")
        return
    for path in scenarios[:1]:
        add_scenarios(ktap, tool, known, path)
    for name, vector in known.items():
        if name in NOT_YET:
            ktap.skip("vector sip " + name, NOT_YET[name])
        else:
            ktap.add("vector sip " + name, run, tool, vector)
    ktap.add("tables of SIP vectors are current", current, known)
