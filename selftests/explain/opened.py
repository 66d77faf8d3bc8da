# SPDX-License-Identifier: GPL-2.0
"""Limits, the choice of ports, hosts and their servers."""

from formats import INSIDE, OUTSIDE, SERVER, accept, log_in
from streamed import begin, explain, reasons
from tool import of_type, want
from wire import ACK, FIN, RST, SYN, Capture, Talk, tcp_packet

SECOND = "192.168.0.34"


def two_hosts(tool):
    """The second one gets another outside port."""
    capture, talk = begin()
    talk.say(0, accept())
    _, other = begin(SECOND, 40001, capture)
    other.say(0, accept(SECOND))
    rows, _ = explain(tool, capture)
    want("ports", [(o["listener"], o["inside_port"], o["outside_port"])
                   for o in of_type(rows, "offer")],
         [(INSIDE, 6891, 6891), (SECOND, 6891, 6892)])


def limit(tool):
    capture, talk = begin()
    for n in range(11):
        talk.say(0, accept(port=6891 + n, cookie=n))
    rows, _ = explain(tool, capture)
    want("reasons", reasons(rows), ["expected-edited"] * 10 +
         ["refused-host-limit"])
    # The same once more is no eleventh, and one that is over does not count.
    talk.say(0, accept(port=6895, cookie=4))
    for flags in (SYN, RST):
        capture.add(tcp_packet("198.51.100.7", INSIDE, 50000, 6892, 1, 0,
                               flags))
    talk.say(0, accept(port=6901, cookie=10))
    rows, _ = explain(tool, capture)
    want("reasons", reasons(rows)[10:],
         ["refused-host-limit", "expected-edited", "expected-edited"])


def expired(tool):
    """Nobody came in time: the port is free again."""
    capture, talk = begin()
    talk.say(0, accept())
    _, other = begin(SECOND, 40001, capture)
    other.say(0, accept(SECOND))
    late = len(capture.frames) - 2
    capture.frames[late:] = [(time + 301 * 1000000, data, length) for
                             time, data, length in capture.frames[late:]]
    rows, _ = explain(tool, capture)
    want("ports", [o["outside_port"] for o in of_type(rows, "offer")],
         [6891, 6891])


def cancelled(tool):
    capture, talk = begin()
    talk.say(0, accept())
    body = b"Content-Type: text/x-msmsgsinvite\r\n\r\n" \
        b"Invitation-Command: CANCEL\r\nInvitation-Cookie: 33267\r\n\r\n"
    talk.say(0, b"MSG 10 N %d\r\n" % len(body) + body)
    rows, _ = explain(tool, capture)
    want("cancelled", [(c["cookie"], c["closed"])
                       for c in of_type(rows, "cancel")], [(33267, 1)])


def login(capture, address, policy_client=b"MSNMSGR 7.5.0324"):
    talk = Talk(capture, INSIDE, SERVER, 39999)
    talk.say(0, b"VER 1 MSNP12 MSNP11 CVR0\r\n")
    talk.say(1, b"VER 1 MSNP12\r\n")
    talk.say(0, b"CVR 2 0x0409 winnt 5.1 i386 " + policy_client +
             b" MSMSGS a@b\r\n")
    profile = b"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; " \
        b"charset=UTF-8\r\nLoginTime: 1\r\nClientIP: " + address + \
        b"\r\nClientPort: 1\r\n\r\n"
    line = b"MSG Hotmail Hotmail %d\r\n" % len(profile)
    talk.say(1, line + profile[:100])
    talk.say(1, profile[100:])
    return talk


def client_ip(tool):
    """The address outside is what the server said."""
    capture = Capture()
    login(capture, OUTSIDE.encode())
    _, talk = begin(capture=capture)
    talk.say(0, accept())
    rows = tool.json(tool.file("in.pcap", capture.pcap()))
    want("nat", [(n["outside"], n["from"]) for n in of_type(rows, "nat")],
         [(OUTSIDE, "client-ip")])
    offer = of_type(rows, "offer")[0]
    want("offer", (offer["outside"], offer["reason"]),
         (OUTSIDE, "expected-edited"))
    want("client", offer["client"], {"name": "MSNMSGR",
                                     "version": "7.5.0324", "dialect": 12,
                                     "agent": None})


def by_version(tool):
    """The client picks the policy."""
    text = 'policy "seven" {\n\tclient = { MSNMSGR }\n' \
        '\tversion = { 7.0-7.5 }\n\tapplication file-transfer {\n' \
        '\t\tinside = { 6891-6900 }\n\t\toutside = { 40001-40001 }\n\t}\n}\n'
    policy = tool.file("policy.conf", text.encode())
    for client, reason, name in (
            (b"MSNMSGR 7.5.0324", "expected-edited", "seven"),
            (b"MSNMSGR 8.0.0812", "refused-no-policy", None)):
        capture = Capture()
        login(capture, OUTSIDE.encode(), client)
        _, talk = begin(capture=capture)
        talk.say(0, accept())
        rows = tool.json(tool.file("in.pcap", capture.pcap()), "--policy",
                         policy)
        offer = of_type(rows, "offer")[0]
        want("offer", (offer["reason"], offer["policy"]), (reason, name))


def other_port(tool):
    """A switchboard on a port that only XFR names, and one nobody names."""
    capture = Capture()
    ns = login(capture, OUTSIDE.encode())
    ns.say(1, b"XFR 5 SB 198.51.100.11:1864 CKI 1.2\r\n")
    for server, cport in (("198.51.100.11", 41000), ("198.51.100.12", 41001)):
        talk = Talk(capture, INSIDE, server, cport, 1864)
        log_in(talk)
        talk.say(0, accept(cookie=cport))
    rows = tool.json(tool.file("in.pcap", capture.pcap()))
    want("followed", [(f["server"], f["port"], f["reason"])
                      for f in of_type(rows, "follow")],
         [("198.51.100.11", 1864, "followed")])
    want("offers", reasons(rows), ["expected-edited"])
    want("connections", rows[-1]["connections"], 2)


def again(tool):
    """The same endpoints make a second connection."""
    capture, talk = begin()
    talk.send(0, FIN | ACK)
    talk.send(1, FIN | ACK)
    _, talk = begin(capture=capture, isn=(900000, 800000))
    talk.say(0, accept())
    rows, _ = explain(tool, capture)
    want("reasons", reasons(rows), ["expected-edited"])
    want("connections", rows[-1]["connections"], 2)


CASES = (
    ("two hosts, one port", two_hosts),
    ("ten at once", limit),
    ("the clock of the capture closes what is open", expired),
    ("an invitation that is taken back", cancelled),
    ("the server tells the address outside", client_ip),
    ("the version picks the policy", by_version),
    ("a switchboard elsewhere", other_port),
    ("a second connection", again),
)


def add(ktap, tool):
    for name, run in CASES:
        ktap.add(name, run, tool)
