# SPDX-License-Identifier: GPL-2.0
"""One exchange in every format; files that are none; wrong use."""

from tool import Failure, documents, of_type, want
from wire import COOKED, COOKED2, ETHERNET, RAW, Capture, Talk, read_sound, \
    streams

INSIDE, OUTSIDE, SERVER = "192.168.0.12", "203.0.113.5", "198.51.100.10"
INSIDE6, SERVER6 = "2001:db8::12", "2001:db8:ffff::1"


def accept(address=INSIDE, port=6891, cookie=33267, number=9):
    body = ("MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
            "Invitation-Command: ACCEPT\r\nInvitation-Cookie: %d\r\n"
            "IP-Address: %s\r\nPort: %d\r\nAuthCookie: 93301\r\n"
            "Launch-Application: FALSE\r\nRequest-Data: IP-Address:\r\n\r\n" %
            (cookie, address, port)).encode()
    return b"MSG %d N %d\r\n" % (number, len(body)) + body


def log_in(talk):
    talk.say(0, b"USR 1 a@b c\r\n")
    talk.say(1, b"USR 1 OK a b\r\n")


def exchange(inside=INSIDE, server=SERVER):
    capture = Capture()
    talk = Talk(capture, inside, server)
    log_in(talk)
    talk.say(0, accept(inside))
    talk.say(0, b"OUT\r\n")
    return capture


def same(tool, name, data, *options):
    wanted = tool.json(tool.file("plain.pcap", exchange().pcap()),
                       "--outside", OUTSIDE)
    want("offers", len(of_type(wanted, "offer")), 1)
    got = tool.json(tool.file(name, data), "--outside", OUTSIDE, *options)
    want("rows", got, wanted)


def written(tool, link, vlan):
    """An edit in frames of that link type."""
    capture = exchange().converted(link, vlan)
    out = tool.path("out.pcap")
    rows = tool.json(tool.file("in.pcap", capture.pcap()), "--outside",
                     OUTSIDE, "--write", out)
    want("edit", of_type(rows, "offer")[0]["edit"], "same-length")
    changed = read_sound(out)
    want("link type", changed.link, link)
    said = b"".join(streams(changed).values())
    want("new address", b"IP-Address: 203.0.113.5\r\nPort: 6891\r\n" in said,
         True)
    want("old address", b"IP-Address: 192" in said, False)


def ipv6(tool):
    capture = exchange(INSIDE6, SERVER6)
    offer = of_type(tool.json(tool.file("in.pcap", capture.pcap())),
                    "offer")[0]
    want("offer", (offer["listener"], offer["outside"], offer["reason"]),
         (INSIDE6, INSIDE6, "expected"))


def translated6(tool):
    capture = exchange("fd00::12", SERVER6)
    out = tool.path("out.pcap")
    rows = tool.json(tool.file("in.pcap", capture.pcap()), "--outside",
                     "2001:db8::1", "-W", out)
    want("reason", of_type(rows, "offer")[0]["reason"], "expected-edited")
    said = b"".join(streams(read_sound(out)).values())
    want("new address", b"IP-Address: 2001:db8:0:0:0:0:0:1\r\n" in said, True)


def fragments(tool):
    capture = exchange()
    time, data, length = capture.frames[0]
    piece = data[:20] + b"\x20\x00" + data[22:]
    capture.frames.insert(0, (time, piece, length))
    rows = tool.json(tool.file("in.pcap", capture.pcap()))
    want("fragments", rows[-1]["fragments"], 1)
    want("offers", len(of_type(rows, "offer")), 1)


def cut_short(tool):
    rows = tool.json(tool.file("in.pcap", exchange().pcap(snaplen=90)))
    want("offers", of_type(rows, "offer"), [])
    want("reason", [(o["reason"], o["detail"])
                    for o in of_type(rows, "opaque")],
         [("opaque-gap", "not captured as a whole")])
    want("cut", rows[-1]["cut"], 1)


def bad(tool, data, *options):
    """Exit code 2, a sentence, and JSON where that was asked for."""
    path = tool.file("bad.pcap", data)
    done = tool.run(path, *options)
    want("status", done.returncode, 2)
    if "nfim: " not in done.stderr.decode() or done.stderr.count(b"\n") > 2:
        raise Failure("said %r" % done.stderr)
    done = tool.run(path, "-j", *options)
    last = documents(done.stdout.decode())[-1]
    want("code", (done.returncode, last["error"]["code"]), (2, 2))


def broken_later(tool):
    """What could be read is told."""
    data = exchange().pcap()
    done = tool.run(tool.file("bad.pcap", data[:-3]))
    want("status", done.returncode, 2)
    want("offer", b"file-transfer tcp" in done.stdout, True)
    want("sentence", b"is broken behind packet" in done.stderr, True)


def missing(tool):
    for path in (tool.path("absent.pcap"), tool.directory):
        done = tool.run(path)
        want("status of " + path, done.returncode, 2)


def wrong_use(tool):
    path = tool.file("in.pcap", exchange().pcap())
    for options in (["--inside", "nowhere"], ["--outside", "1.2.3"],
                    ["--inside", "10.0.0.0/33"], ["--write", path],
                    ["--policy", tool.path("absent")]):
        done = tool.run(path, *options)
        if done.returncode not in (1, 2):
            raise Failure("%s: status %d" % (options, done.returncode))
    with open(path, "rb") as source:
        want("capture", source.read(), exchange().pcap())


def standard_input(tool):
    path = tool.file("in.pcap", exchange().pcap())
    with open(path, "rb") as source:
        done = tool.run("-", stdin=source)
    want("output", done.stdout, tool.run(path).stdout)


def whose(tool):
    """Which hosts are inside."""
    path = tool.file("in.pcap", exchange().pcap())
    for inside, n in (("192.168.0.0/24", 1), ("192.168.0.12", 1),
                      ("192.168.0.8/29", 1), ("10.0.0.0/8", 0),
                      ("192.168.0.0/29", 0), ("::/0", 0), ("0.0.0.0/0", 1)):
        rows = tool.json(path, "--inside", inside)
        want("offers of " + inside, len(of_type(rows, "offer")), n)
        want("rule", rows[-1]["inside"], "option")
    rows = tool.json(path, "--inside", "10.0.0.1", "192.168.0.12")
    want("offers of two", len(of_type(rows, "offer")), 1)
    want("rule", tool.json(path)[-1]["inside"], "private")
    path = tool.file("in.pcap", exchange("203.0.113.9").pcap())
    rows = tool.json(path)
    want("public", (len(of_type(rows, "offer")), rows[-1]["inside"]),
         (1, "any"))


def add(ktap, tool):
    plain = exchange()
    variants = [("pcapng", plain.pcapng()),
                ("pcap of the other byte order", plain.pcap(order=">")),
                ("VLAN tags", plain.converted(ETHERNET, True).pcap())]
    for name, link in (("cooked v1", COOKED), ("cooked v2", COOKED2),
                       ("raw IP", RAW)):
        variants.append((name, plain.converted(link).pcap()))
        variants.append((name + " in pcapng", plain.converted(link).pcapng()))
        ktap.add("edit in " + name, written, tool, link, False)
    ktap.add("edit in VLAN tags", written, tool, ETHERNET, True)
    for name, data in variants:
        ktap.add("the same from " + name, same, tool, "variant", data)
    ktap.add("IPv6 behind a firewall", ipv6, tool)
    ktap.add("IPv6 behind translation", translated6, tool)
    ktap.add("fragments are noted", fragments, tool)
    ktap.add("packets that are cut short", cut_short, tool)
    ktap.add("hosts inside", whose, tool)
    ktap.add("standard input", standard_input, tool)
    for name, data in (("empty", b""), ("text", b"no capture at all\n" * 9),
                       ("header only of pcapng", plain.pcapng()[:20]),
                       ("unknown link type",
                        plain.converted(RAW).pcap().replace(
                            b"\x65\0\0\0", b"\x93\0\0\0", 1))):
        ktap.add("bad file: " + name, bad, tool, data)
    ktap.add("bad file: broken in the middle", broken_later, tool)
    ktap.add("bad file: none", missing, tool)
    ktap.add("wrong use", wrong_use, tool)
