# SPDX-License-Identifier: GPL-2.0
"""What the stream driver does: repeats, gaps, pieces, numbers."""

import struct

from formats import INSIDE, OUTSIDE, SERVER, accept, log_in
from tool import of_type, want
from wire import ACK, ETHERNET, FIN, PSH, SYN, Capture, Segment, Talk, \
    read_sound, streams, tcp_packet

SHORT = "192.0.2.2"             # blanks make up for it
LONG = "203.203.203.203"        # nothing does


def begin(inside=INSIDE, cport=40000, capture=None, **options):
    capture = capture or Capture(ETHERNET)
    talk = Talk(capture, inside, SERVER, cport, **options)
    log_in(talk)
    return capture, talk


def explain(tool, capture, *options, outside=OUTSIDE):
    out = tool.path("out.pcap")
    rows = tool.json(tool.file("in.pcap", capture.pcap()), "--outside",
                     outside, "--write", out, *options)
    return rows, read_sound(out)


def reasons(rows, kind="offer"):
    return [row["reason"] for row in of_type(rows, kind)]


def repeated(tool):
    """A repeat leaves as the first time, whatever its segmentation."""
    capture, talk = begin(isn=(0xffffffe0, 7))
    message = accept()
    start = talk.seq[0]
    talk.say(0, message)
    for first, last in ((0, len(message)), (40, 210), (190, len(message)),
                        (160, 170), (165, 200)):
        talk.send(0, ACK | PSH, message[first:last], seq=start + first)
    talk.say(0, accept(port=6892, cookie=2, number=10))
    for outside in (OUTSIDE, SHORT, LONG):
        rows, out = explain(tool, capture, outside=outside)
        want("reasons", reasons(rows), ["expected-edited"] * 2)
        said = streams(out)
        want("addresses", b"".join(said.values()).count(
            b"IP-Address: " + outside.encode() + b"\r"), 2)


def numbers(tool):
    """Sequence numbers, acknowledgements and SACKs follow a resize."""
    capture, talk = begin()
    talk.say(0, accept())
    talk.send(0, ACK | PSH, b"OUT\r\n")
    sack = struct.pack("!BBBBII", 1, 1, 5, 10, talk.seq[0] - 5, talk.seq[0])
    talk.send(1, ACK, options=sack)
    talk.send(0, FIN | ACK)
    talk.send(1, FIN | ACK)
    rows, out = explain(tool, capture, outside=LONG)
    want("edit", [o["edit"] for o in of_type(rows, "offer")], ["resize"])
    old = [Segment(p) for p in capture.packets()]
    new = [Segment(p) for p in out.packets()]
    shift = len(LONG) - len(INSIDE)
    want("seq of OUT", new[-4].seq, old[-4].seq + shift)
    want("ack of OUT", new[-3].ack, old[-3].ack + shift)
    raw = out.packets()[-3]
    want("sack", struct.unpack("!II", raw[-8:]),
         (talk.seq[0] - 6 + shift, talk.seq[0] - 1 + shift))
    want("fin", (new[-2].seq, new[-1].ack),
         (old[-2].seq + shift, old[-1].ack + shift))
    want("changed", rows[-1]["changed"], 6)


def unacknowledged(tool):
    """No second resize before the first one is acknowledged."""
    capture, talk = begin()
    talk.send(0, ACK | PSH, accept())
    talk.send(0, ACK | PSH, accept(port=6892, cookie=2, number=10))
    rows, _ = explain(tool, capture, outside=LONG)
    want("reasons", reasons(rows), ["expected-edited", "refused-unreachable"])
    want("edits", [o["edit"] for o in of_type(rows, "offer")],
         ["resize", "skipped"])
    talk.send(1, ACK)
    talk.send(0, ACK | PSH, accept(port=6893, cookie=3, number=11))
    rows, _ = explain(tool, capture, outside=LONG)
    want("the third", reasons(rows)[2], "expected-edited")


def out_of_order(tool):
    """What left from behind a gap is not edited; counting goes on."""
    capture, talk = begin()
    first, second = accept(), accept(port=6892, cookie=2, number=10)
    start = talk.seq[0]
    talk.send(0, ACK | PSH, second, seq=start + len(first))
    talk.send(0, ACK | PSH, first, seq=start)
    talk.seq[0] = start + len(first) + len(second)
    talk.send(1, ACK)
    talk.say(0, accept(port=6893, cookie=3, number=11))
    rows, out = explain(tool, capture)
    want("reasons", reasons(rows), ["expected-edited", "refused-unreachable",
                                    "expected-edited"])
    want("opaque", of_type(rows, "opaque"), [])
    want("counted", rows[-1]["counters"]["out-of-order"], 1)
    streams(out)


def in_pieces(talk, message, cuts):
    at = 0
    for cut in cuts + (len(message),):
        talk.say(0, message[at:cut])
        at = cut


def split(tool):
    """A message in several packets is held, edited and leaves in one."""
    every_40 = tuple(range(40, len(accept()), 40))
    for cuts in ((3,), (9, 60), (150,), (170, 200), every_40):
        for outside in (OUTSIDE, SHORT, LONG):
            capture, talk = begin()
            in_pieces(talk, accept(), cuts)
            talk.say(0, accept(port=6892, cookie=2, number=10))
            rows, out = explain(tool, capture, outside=outside)
            want("split", of_type(rows, "message"), [])
            want("reasons", reasons(rows), ["expected-edited"] * 2)
            said = b"".join(streams(out).values())
            want("addresses", said.count(b"IP-Address: " + outside.encode() +
                                         b"\r"), 2)
            new = list(map(Segment, out.packets()))
            want("begins", [p.payload[:3] for p in new if p.payload],
                 [b"USR", b"USR", b"MSG", b"MSG"])
            counters = rows[-1]["counters"]
            want("merged", (counters["held"] >= 1, counters["merged"],
                            counters.get("released")), (True, 1, None))
            # One acknowledges what came before, and what confirms them is gone.
            want("packets", len(capture.frames) - len(new),
                 2 * len(cuts) - 1)


def released(tool):
    """What is not held is told, passes as it is, and the next one is read."""
    capture, talk = begin()
    in_pieces(talk, accept(), tuple(range(1, 240)))
    talk.say(0, accept(port=6892, cookie=2, number=10))
    rows, out = explain(tool, capture)
    want("split", [(m["reason"], m["begin"])
                   for m in of_type(rows, "message")], [("split", 8)])
    want("reasons", reasons(rows), ["expected-edited"])
    want("released", rows[-1]["counters"]["released"], 1)
    want("passes", accept() in b"".join(streams(out).values()), True)


def not_held(tool):
    """hold = no in the policy."""
    capture, talk = begin()
    in_pieces(talk, accept(), (150,))
    with open(tool.policy(), encoding="utf-8") as text:
        unheld = text.read().replace("default = yes",
                                     "default = yes\n\thold = no")
    rows, out = explain(tool, capture, "--policy",
                        tool.file("policy.conf", unheld.encode()))
    want("split", reasons(rows, "message"), ["split"])
    want("offers", reasons(rows), [])
    want("packets", len(out.frames), len(capture.frames))


def segmented(tool):
    """What is larger than a segment leaves in several."""
    mss = struct.pack("!BBH", 2, 4, 536)
    long = accept().replace(b"\r\nAuthCookie", b"\r\nFiller: " + b"x" * 700 +
                            b"\r\nAuthCookie")
    long = long[long.index(b"MIME"):]
    long = b"MSG 9 N %d\r\n" % len(long) + long
    capture, talk = begin(options=mss)
    in_pieces(talk, long, (500, 1000))
    rows, out = explain(tool, capture, outside=LONG)
    want("edit", [o["edit"] for o in of_type(rows, "offer")], ["resize"])
    new = [p for p in map(Segment, out.packets()) if b"x" * 9 in p.payload]
    sizes = [len(p.payload) for p in new]
    # No larger than the largest one of the sender, or what any path takes.
    want("sizes", sizes[0], 524)
    want("sum", sum(sizes), len(long) - len(INSIDE) + len(LONG))
    want("numbers", [(p.seq, p.id) for p in new[1:]],
         [(p.seq + len(p.payload), p.id + 1) for p in new[:-1]])
    want("PSH", [bool(p.flags & PSH) for p in new], [False] *
         (len(new) - 1) + [True])
    streams(out)


def early(tool):
    """A FIN carries what is held."""
    capture, talk = begin()
    talk.say(0, accept()[:150])
    talk.send(0, FIN | ACK)
    rows, out = explain(tool, capture)
    want("offers", reasons(rows), [])
    last = Segment(out.packets()[-1])
    want("last", (last.payload, last.flags & FIN), (accept()[:150], FIN))
    streams(out)


def midstream(tool):
    capture, talk = begin()
    talk.say(0, accept())
    del capture.frames[:3]
    rows, _ = explain(tool, capture)
    want("opaque", reasons(rows, "opaque"), ["opaque-midstream"] * 2)
    want("offers", reasons(rows), [])


def one_way(tool):
    """Nobody has answered the client."""
    capture = Capture()
    talk = Talk(capture, INSIDE, SERVER)
    talk.say(0, b"USR 1 a@b c\r\n")
    talk.say(0, accept())
    rows, _ = explain(tool, capture)
    want("reasons", reasons(rows), ["refused-unanswered"])


def foreign(tool):
    capture = Capture()
    talk = Talk(capture, INSIDE, SERVER)
    talk.say(0, b"POST / HTTP/1.1\r\n\r\n" + accept())
    talk.say(1, b"HTTP/1.1 200 OK\r\n\r\n")
    rows, _ = explain(tool, capture)
    want("opaque", reasons(rows, "opaque"), ["opaque-foreign"] * 2)
    want("offers", reasons(rows), [])


def gap(tool):
    """Gaps that do not close."""
    for size, lost in ((1000, 0), (10, 1)):
        capture, talk = begin()
        talk.seq[0] += 10
        for _ in range(70):
            talk.send(0, ACK, b"x" * size)
            talk.seq[0] += lost
        rows, _ = explain(tool, capture)
        want("opaque", reasons(rows, "opaque"), ["opaque-gap"])


def many(tool):
    """More edits than are remembered at once: all are acknowledged or none."""
    for acked, wanted in ((True, 20), (False, 16)):
        capture, talk = begin()
        for n in range(20):
            talk.send(0, ACK | PSH, accept(port=6891, cookie=n, number=20 + n))
            if acked:
                talk.send(1, ACK)
        rows, _ = explain(tool, capture)
        want("edited", reasons(rows).count("expected-edited"), wanted)


def beginnings(tool):
    """Attempts to connect, a SYN with payload, SYNs in mid-connection."""
    def talk_after(before=None, payload=b"", during=(), anew=()):
        capture = Capture()
        if before is not None:
            capture.add(tcp_packet(INSIDE, SERVER, 40000, 1863, before, 0, SYN,
                                   payload, b""))
        talk = Talk(capture, INSIDE, SERVER)
        log_in(talk)
        for side, flags, seq in during:
            talk.send(side, flags, seq=seq)
        if anew:
            talk.say(0, accept())
            talk.seq = list(anew)
            talk.send(0, SYN)
            talk.send(1, SYN | ACK)
            log_in(talk)
        talk.say(0, accept())
        return explain(tool, capture)[0]

    for options, opaque, edits in (
            ({"before": 1000}, [], 1),
            ({"before": 77}, [], 1),
            ({"before": 1000, "payload": b"USR"}, ["opaque-midstream"], 0),
            ({"during": ((0, SYN, 1000),)}, [], 1),
            ({"during": ((0, SYN, 77), (1, SYN | ACK, 99))}, [], 1),
            ({"anew": (77, 99)}, ["opaque-midstream"] * 2, 1)):
        rows = talk_after(**options)
        got = reasons(rows, "opaque")
        want("opaque", [why for why in got if why != "opaque-foreign"], opaque)
        want("edits", reasons(rows).count("expected-edited"), edits)


CASES = (
    ("edits that are remembered", many),
    ("SYNs", beginnings),
    ("repeats leave as the first time", repeated),
    ("numbers follow a resize", numbers),
    ("one resize at a time", unacknowledged),
    ("out of order", out_of_order),
    ("messages in pieces", split),
    ("messages in too many pieces", released),
    ("messages in pieces without holding", not_held),
    ("segments", segmented),
    ("a FIN behind what is held", early),
    ("a connection that was not seen to begin", midstream),
    ("a server that has not answered", one_way),
    ("not the protocol", foreign),
    ("a gap", gap),
)


def add(ktap, tool):
    for name, run in CASES:
        ktap.add(name, run, tool)
