# SPDX-License-Identifier: GPL-2.0
"""What real clients did."""

import os
import re

from tool import of_type, want
from wire import read_sound

# Offers by name of the exchange and the hop: who listens, what peers use,
# the edit.
ALICE, GATEWAY = "192.168.77.2", "192.0.2.2"
ON_LAN = [(ALICE, 6891, GATEWAY, 6891, "expected", "none")]
ON_WAN = [(GATEWAY, 6891, GATEWAY, 6891, "expected", "none")]
OFFERS = {
    "amsn-msnftp-masq-ab.lan": ON_LAN,
    "amsn-msnftp-masq-ab.wan": ON_WAN,
    "amsn-msnftp-sb1863-masq-ab.lan": ON_LAN,
    "amsn-msnftp-sb1863-masq-ab.wan": ON_WAN,
    "amsn-msnftp-privip-masq-ab.lan":
        [(ALICE, 6891, GATEWAY, 6891, "expected-edited", "same-length")],
    # Behind the gateway nothing tells whose address that is.
    "amsn-msnftp-privip-masq-ab.wan":
        [(GATEWAY, None, None, None, "refused-not-self", "none")],
    "amsn-msnftp-routed-ab.lan":
        [(ALICE, 6891, ALICE, 6891, "expected", "none")],
    "amsn-msnslp-listen-masq-ba.lan": ON_LAN,
    "amsn-msnslp-listen-masq-ba.wan": ON_WAN,
    "amsn-msnslp-routed-ba.lan":
        [(ALICE, 6891, ALICE, 6891, "expected", "none")],
    # It says everything twice.
    "purple18-routed-ba.lan":
        [(ALICE, 46209, ALICE, 46209, "expected", "none")] * 2,
}

# What they are for; other offers are file transfers.
APPS = {
    "amsn-msnslp": "direct",
    "purple18": "direct",
}

# In what they come; others in invitations.
MECHANISMS = {
    "amsn-msnslp": "p2pv1",
    "purple18": "p2pv1",
}

# The same for SIP, with the application. Where nobody is translated the helper
# is there for both ends; a proxy only repeats what others announce.
BOB, PROXY = "203.0.113.20", "198.51.100.10"
SIP = {
    "baresip-masq-udp-ab.lan":
        [("sip-signalling", ALICE, 53961, GATEWAY, 53961, "expected", "none"),
         ("rtp-audio", ALICE, 10076, GATEWAY, 10076, "expected-edited",
          "resize")],
    "baresip-masq-udp-ab.wan":
        [("rtp-audio", GATEWAY, 10076, None, None, "refused-not-self",
          "none")],
    "baresip-masq-udp-ab.peer":
        [("sip-signalling", BOB, 42323, BOB, 42323, "expected", "none"),
         ("rtp-audio", BOB, 10066, BOB, 10066, "expected", "none")],
    # Another helper has rewritten it already.
    "baresip-masq-sip-udp-ab.lan":
        [("sip-signalling", ALICE, 38535, ALICE, 38535, "expected", "none"),
         ("rtp-audio", ALICE, 10052, ALICE, 10052, "expected", "none")],
    "baresip-masq-sip-udp-ab.wan":
        [("sip-signalling", GATEWAY, 38535, GATEWAY, 38535, "expected",
          "none"),
         ("rtp-audio", GATEWAY, 10052, GATEWAY, 10052, "expected", "none")],
    # Once reserved, once open.
    "baresip-masq-tcp-ba.lan":
        [("sip-signalling", ALICE, 42173, GATEWAY, 42173, "expected",
          "none")] * 2,
    # The call names the port that the registration has opened.
    "baresip-masq-tcp-ba.server":
        [("sip-signalling", BOB, 45451, BOB, 45451, "expected", "none")] * 2 +
        [("rtp-audio", BOB, 10054, BOB, 10054, "expected", "none")],
    "baresip-routed-tcp-ab.lan":
        [("sip-signalling", ALICE, 43185, ALICE, 43185, "expected",
          "none")] * 2 +
        [("rtp-audio", ALICE, 10030, ALICE, 10030, "expected", "none")],
    # The second time it names the address that its server saw.
    "linphone-masq-udp-ba.lan":
        [("sip-signalling", ALICE, 5070, GATEWAY, 5070, "expected",
          "none")] * 2 +
        [("rtp-audio", ALICE, 7078, GATEWAY, 7078, "expected-edited",
          "resize")],
    "linphone-masq-udp-ba.wan":
        [("sip-signalling", GATEWAY, 5070, GATEWAY, 5070, "expected", "none"),
         ("rtp-audio", GATEWAY, 7078, None, None, "refused-not-self",
          "none")],
    "linphone-routed-udp-ab.lan":
        [("sip-signalling", ALICE, 5070, ALICE, 5070, "expected", "none"),
         ("rtp-audio", ALICE, 7078, ALICE, 7078, "expected", "none")],
    # Nothing in it tells how the gateway translates.
    "sipe-privpeer-masq-ba.lan":
        [("sip-file-transfer", ALICE, 6891, ALICE, 6891, "expected", "none")],
    "sipe-privpeer-masq-ba.wan":
        [(None, GATEWAY, None, None, None, "refused-not-self", "none")],
}

AGENTS = {
    "baresip": "baresip ",
    "linphone": "Linphone",
    "sipe": "Purple/",
}

CLIENTS = {
    "amsn": "MSNMSGR",
    "purple18": "MSNMSGR",
}


def signalled(tool, path, name):
    """A capture of SIP."""
    rows = tool.json(path)
    offers = of_type(rows, "offer")
    want("offers", [(o["app"], o["listener"], o["inside_port"], o["outside"],
                     o["outside_port"], o["reason"], o["edit"])
                    for o in offers if o["listener"] != PROXY],
         SIP.get(name, []))
    want("offers of a proxy", {o["reason"] for o in offers
                               if o["listener"] == PROXY} -
         {"refused-not-self"}, set())
    want("opaque streams", of_type(rows, "opaque"), [])
    want("mechanisms", {o["mechanism"] for o in offers} - {"sip"}, set())
    agent = AGENTS[name.split("-")[0]]
    for row in of_type(rows, "client"):
        if row["address"] == PROXY:
            continue
        want("agent", (row["helper"], row["client"]["agent"][:len(agent)]),
             ("imsip", agent))
    read_sound(written(tool, path))


def written(tool, path):
    out = tool.path("out.pcap")
    tool.text(path, "--write", out)
    return out


def run(tool, path):
    name = os.path.basename(path)[:-5]
    if name.split("-")[0] in AGENTS:
        signalled(tool, path, name)
        return
    rows = tool.json(path)
    offers = [(o["listener"], o["inside_port"], o["outside"],
               o["outside_port"], o["reason"], o["edit"])
              for o in of_type(rows, "offer")]
    want("offers", offers, OFFERS.get(name, []))
    app = [APPS[prefix] for prefix in APPS if name.startswith(prefix)]
    way = [MECHANISMS[p] for p in MECHANISMS if name.startswith(p)]
    for offer in of_type(rows, "offer"):
        want("mechanism", offer["mechanism"], (way or ["invitation"])[0])
        want("app", offer["app"], None if offer["inside_port"] is None else
             (app or ["file-transfer"])[0])
    want("opaque streams", of_type(rows, "opaque"), [])
    client = CLIENTS.get(name.split("-")[0])
    named = {row["client"]["name"] for row in of_type(rows, "client")}
    want("clients", named - {None}, {client} if client else set())
    text = tool.text(path)
    want("text names the mechanism",
         [line.split(" via ")[1].split()[0] for line in text.splitlines()
          if " via " in line],
         [o["mechanism"] for o in of_type(rows, "offer")])
    if client:
        want("text names the client",
             bool(re.search(r"uses %s [0-9.]+" % client, text)), True)
    if "-sb1863-" in name or not client:
        want("followed", of_type(rows, "follow"), [])
    else:
        want("followed", [(f["server"], f["port"], f["verdict"])
                          for f in of_type(rows, "follow")][:1],
             [("198.51.100.10", 1864, "allow")])


def edited(tool, path):
    rows = tool.json(path)
    offer = of_type(rows, "offer")[0]
    want("lines", offer["lines"],
         [{"old": "IP-Address: " + ALICE, "new": "IP-Address: " + GATEWAY}])
    text = tool.text(path)
    for line in ("- IP-Address: " + ALICE, "+ IP-Address: " + GATEWAY):
        want(line, line in text, True)


def firewall(tool, path):
    """The option wins over what the server said."""
    offer = of_type(tool.json(path, "--outside", ALICE), "offer")[0]
    want("edit", (offer["reason"], offer["edit"], offer["outside"]),
         ("expected", "none", ALICE))


def add(ktap, tool, paths):
    if not paths:
        ktap.skip("captures of real clients", "there are none")
    for path in paths:
        name = os.path.basename(path)
        ktap.add("capture " + name, run, tool, path)
        if name == "amsn-msnftp-privip-masq-ab.lan.pcap":
            ktap.add("the changed lines are shown", edited, tool, path)
            ktap.add("--outside wins", firewall, tool, path)
