# SPDX-License-Identifier: GPL-2.0
"""What the stream driver does: repeats, gaps, pieces, numbers."""

import struct

from formats import INSIDE, OUTSIDE, SERVER, accept, log_in
from tool import of_type, want
from wire import ACK, ETHERNET, FIN, PSH, SYN, Capture, Segment, Talk, \
    read_sound, streams

SHORT = "192.0.2.2"             # shorter than any padding can make up for


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
    for outside in (OUTSIDE, SHORT, "203.203.203.203"):
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
    rows, out = explain(tool, capture, outside=SHORT)
    want("edit", [o["edit"] for o in of_type(rows, "offer")], ["resize"])
    old = [Segment(p) for p in capture.packets()]
    new = [Segment(p) for p in out.packets()]
    shift = len(SHORT) - len(INSIDE)
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
    rows, _ = explain(tool, capture, outside=SHORT)
    want("reasons", reasons(rows), ["expected-edited", "refused-unreachable"])
    want("edits", [o["edit"] for o in of_type(rows, "offer")],
         ["resize", "skipped"])
    talk.send(1, ACK)
    talk.send(0, ACK | PSH, accept(port=6893, cookie=3, number=11))
    rows, _ = explain(tool, capture, outside=SHORT)
    want("the third", reasons(rows)[2], "expected-edited")


def out_of_order(tool):
    """Behind a gap nothing is edited; counting goes on."""
    capture, talk = begin()
    first, second = accept(), accept(port=6892, cookie=2, number=10)
    start = talk.seq[0]
    talk.send(0, ACK | PSH, second, seq=start + len(first))
    talk.send(0, ACK | PSH, first, seq=start)
    talk.seq[0] = start + len(first) + len(second)
    talk.send(1, ACK)
    talk.say(0, accept(port=6893, cookie=3, number=11))
    rows, out = explain(tool, capture)
    want("reasons", reasons(rows), ["refused-unreachable"] * 2 +
         ["expected-edited"])
    want("opaque", of_type(rows, "opaque"), [])
    want("counted", rows[-1]["counters"]["out-of-order"], 1)
    streams(out)


def split(tool):
    """A message in several packets is told, and what follows is read."""
    for cuts in ((3,), (9, 60), (150,), (170, 200), tuple(range(1, 240))):
        capture, talk = begin()
        message, at = accept(), 0
        for cut in cuts + (len(message),):
            talk.say(0, message[at:cut])
            at = cut
        talk.say(0, accept(port=6892, cookie=2, number=10))
        rows, _ = explain(tool, capture)
        want("split", reasons(rows, "message"), ["split"])
        want("reasons", reasons(rows), ["expected-edited"])


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
    """A gap that does not close."""
    capture, talk = begin()
    talk.seq[0] += 10
    for _ in range(70):
        talk.send(0, ACK, b"x" * 100)
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
    """SYNs with payload, and SYNs once more with another number."""
    def talk_after(options, late):
        capture = Capture()
        talk = Talk(capture, INSIDE, SERVER)
        if late:
            log_in(talk)
        talk.seq[0] = options.get("seq", talk.seq[0])
        talk.send(0, SYN, options.get("payload", b""))
        if not late:
            log_in(talk)
        talk.say(0, accept())
        return explain(tool, capture)[0]

    for options, late, opaque, edits in (
            ({"payload": b"USR"}, False, ["opaque-midstream"], 0),
            ({"seq": 77}, False, [], 1),
            ({"seq": 77}, True, ["opaque-midstream"], 0)):
        rows = talk_after(options, late)
        want("opaque", reasons(rows, "opaque")[:1], opaque)
        want("edits", reasons(rows).count("expected-edited"), edits)


CASES = (
    ("edits that are remembered", many),
    ("SYNs", beginnings),
    ("repeats leave as the first time", repeated),
    ("numbers follow a resize", numbers),
    ("one resize at a time", unacknowledged),
    ("out of order", out_of_order),
    ("split messages", split),
    ("a connection that was not seen to begin", midstream),
    ("a server that has not answered", one_way),
    ("not the protocol", foreign),
    ("a gap", gap),
)


def add(ktap, tool):
    for name, run in CASES:
        ktap.add(name, run, tool)
