# SPDX-License-Identifier: GPL-2.0
"""Diagrams: what is in them, for real captures and for hostile ones."""

import re
import xml.dom.minidom
import xml.parsers.expat

from formats import exchange
from tool import Failure, want


def draw(tool, capture, *options):
    """The texts in the SVG, the SVG itself, and the page."""
    svg, html = tool.path("out.svg"), tool.path("out.html")
    tool.text(capture, "--svg", svg, "--html", html, *options)
    with open(svg, encoding="utf-8") as file:
        image = file.read()
    with open(html, encoding="utf-8") as file:
        page = file.read()
    try:
        document = xml.dom.minidom.parseString(image)
    except xml.parsers.expat.ExpatError as error:
        raise Failure("no XML: %s" % error) from error
    texts = ["".join(node.data for node in text.childNodes)
             for text in document.getElementsByTagName("text")]
    return texts, image, page


def one_with(texts, *parts):
    for text in texts:
        if all(part in text for part in parts):
            return
    raise Failure("nothing with %s in %s" % (parts, texts))


def is_alone(text):
    """It asks for nothing else: no script, no link but the name of SVG."""
    want("references", re.findall(
        r"<script|<link|<img|<image|href|url\(|@import|src=", text), [])
    want("addresses", set(re.findall(r"https?://[^\"' <]*", text)) -
         {"http://www.w3.org/2000/svg"}, set())
    for scheme in ("prefers-color-scheme:dark",):
        if scheme not in text:
            raise Failure("no " + scheme)


def recorded(tool, path):
    texts, image, page = draw(tool, path)
    one_with(texts, "VER 1 MSNP15")
    one_with(texts, "msnp allows file-transfer tcp", "192.168.77.2:")
    if "sb1863" not in path:
        one_with(texts, "follow 192.168.77.2 to the server")
    for word in ("inside", "gateway", "outside"):
        one_with(texts, word)
    if "class=\"life" not in image:
        raise Failure("no expectation")
    for text in texts:
        if " t=" in text:
            raise Failure("a ticket is shown: " + text)
    for wanted in ("<td class=allow>allow</td>", "file-transfer", image[:40]):
        if wanted not in page:
            raise Failure("no %s in the page" % wanted)


def edited(tool, path):
    texts, _, page = draw(tool, path, "--outside", "192.0.2.77")
    one_with(texts, "IP-Address: 192.168")
    one_with(texts, "IP-Address: 192.0.2.77")
    if "<ins>+ " not in page or "<del>- " not in page:
        raise Failure("no edit in the page")


def alone(tool, path):
    _, image, page = draw(tool, path)
    is_alone(re.sub(r"<text.*?</text>", "", image))
    is_alone(re.sub(r"<text.*?</text>", "", page))


def hostile(tool):
    """Markup in what clients say stays text; the reader's XML is well formed."""
    data = exchange().pcap().replace(b"a@b c", b"<b>&\"")
    texts, _, _ = draw(tool, tool.file("hostile.pcap", data))
    one_with(texts, "<b>&\"")


def itself(tool):
    path = tool.file("in.pcap", exchange().pcap())
    for option in ("--svg", "--html"):
        want("status", tool.run(path, option, path).returncode, 2)
    want("status", tool.run(path, "--svg", tool.path("no/where")).returncode,
         1)


def add(ktap, tool, captures):
    lan = [path for path in captures if "masq-ab.lan" in path]
    for path in lan:
        ktap.add("ladder: %s" % path.split("/")[-1], recorded, tool, path)
    private = [path for path in lan if "privip" in path]
    for path in private:
        ktap.add("ladder: an edit is shown", edited, tool, path)
    for path in lan[:1]:
        ktap.add("ladder: one file that needs no other", alone, tool, path)
    ktap.add("ladder: markup stays text", hostile, tool)
    ktap.add("ladder: the capture is not overwritten", itself, tool)
