# SPDX-License-Identifier: GPL-2.0
"""SIP messages as text: what both ends say, and what is to be found in it."""

import itertools
import os
import re

serial = itertools.count(1)


class Broken(Exception):
    """What arrived is not what SIP allows."""


def header(text, name):
    """The first field of that name, or ""."""
    found = re.search(r"(?im)^%s[ \t]*:[ \t]*([^\r\n]*)" % name,
                      text.partition("\r\n\r\n")[0])
    return found[1] if found else ""


def body(text):
    return text.partition("\r\n\r\n")[2]


def address(text, kind="audio"):
    """Where a description says that somebody listens: address, port."""
    told = body(text)
    media = re.search(r"(?ms)^m=%s (\d+).*?(?=^m=|\Z)" % kind, told)
    if not media:
        raise Broken("no m=%s arrives" % kind)
    own = re.search(r"(?m)^c=IN IP\d (\S+)", media[0])
    own = own or re.search(r"(?m)^c=IN IP\d (\S+)", told)
    return own[1], int(media[1])


def sdp(host, *media, origin=None):
    """Each of media: "audio 40000", or with lines of its own behind "\\n"."""
    lines = ["v=0", "o=- 1 1 IN IP4 %s" % (origin or host), "s=-",
             "c=IN IP4 %s" % host, "t=0 0"]
    for one in media:
        first, *more = one.split("\n")
        if len(first.split()) == 2:
            first += " RTP/AVP 0"
        lines += ["m=" + first, *more]
    return "\r\n".join(lines) + "\r\n"


def message(first, fields, told="", kind="application/sdp"):
    if told and kind:
        fields = [*fields, "Content-Type: " + kind]
    return "\r\n".join([first, *fields, "Content-Length: %d" % len(told),
                        "", told])


class Dialog:
    """What one end says of a call or registration that it began.

    own: "ADDRESS:PORT" that it takes itself for. via, contact: other texts for
    these fields.
    """

    def __init__(self, own, transport="UDP", via=None, contact=None):
        self.n = next(serial)
        self.own = own
        self.via = via or "SIP/2.0/%s %s" % (transport, own)
        self.contact = contact or "<sip:alice@%s;transport=%s>" % (
            own, transport.lower())
        self.to_tag = ""
        self.to = "<sip:bob@example.com>"
        self.cseq = 0
        self.uri = "sip:bob@example.com"

    def ask(self, method, told="", extra=(), cseq=None, kind="application/sdp",
            contact=True):
        if cseq is None:
            self.cseq += 1
        number = cseq or self.cseq
        fields = [
            "Via: %s;branch=z9hG4bKn%dc%d" % (self.via, self.n, number),
            "Max-Forwards: 70",
            "From: <sip:alice@example.com>;tag=a%d" % self.n,
            "To: %s%s" % (self.to, self.to_tag),
            "Call-ID: %d-of-%d@example.com" % (self.n, os.getpid()),
            "CSeq: %d %s" % (number, method)]
        if contact:
            fields.append("Contact: " + self.contact)
        return message("%s %s SIP/2.0" % (method, self.uri),
                       [*fields, *extra], told, kind)

    def answered(self, text):
        """Takes the other end's tag."""
        found = re.search(r";tag=[\w.]+", header(text, "To"))
        self.to_tag = found[0] if found else ""
        return text


def reply(got, status, told="", extra=(), tag="b"):
    """An answer to what arrived. extra: more fields, Contact among them."""
    to = header(got, "To")
    if "tag=" not in to:
        to += ";tag=" + tag
    vias = re.findall(r"(?im)^v(?:ia)?[ \t]*:[ \t]*([^\r\n]*)", got)
    fields = ["Via: " + via for via in vias]
    fields += ["From: " + header(got, "From"), "To: " + to,
               "Call-ID: " + header(got, "Call-ID"),
               "CSeq: " + header(got, "CSeq"), *extra]
    return message("SIP/2.0 " + status, fields, told)
