# SPDX-License-Identifier: GPL-2.0
"""The tool under test, and the KTAP that comes of it."""

import json
import os
import subprocess

APPS = ("file-transfer", "direct", "voice", "video", "webcam", "whiteboard",
        "app-sharing", "remote-assistance", "netmeeting", "game",
        "switchboard")


class Failure(Exception):
    pass


def want(what, got, wanted):
    if got != wanted:
        raise Failure("%s: got %r, wanted %r" % (what, got, wanted))


class Tool:
    """nfim, and a directory for its files."""

    def __init__(self, nfim, directory):
        self.nfim = nfim
        self.directory = directory

    def path(self, name):
        return os.path.join(self.directory, name)

    def file(self, name, data):
        with open(self.path(name), "wb") as out:
            out.write(data)
        return self.path(name)

    def policy(self, outside="1024-65535", apps=APPS, inside=()):
        """@inside: single ports, which may be some that ranges do not open."""
        text = ['policy "all" {', "\tdefault = yes"]
        for app in apps:
            more = list(inside) + ([1864] if app == "switchboard" else [])
            text += ["\tapplication %s {" % app, "\t\tprotocol = { tcp, udp }",
                     "\t\tinside = { %s1024-65535 }" %
                     "".join("%d, " % port for port in more),
                     "\t\toutside = { %s }" % outside, "\t}"]
        return self.file("policy.conf", "\n".join(text + ["}", ""]).encode())

    def run(self, capture, *options, stdin=None):
        done = subprocess.run([self.nfim, "explain", capture, *options],
                              stdin=stdin, capture_output=True, timeout=60,
                              check=False)
        if done.returncode < 0 or done.returncode > 4 or \
                b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
            raise Failure("status %d: %s" % (done.returncode,
                                             done.stderr.decode()))
        return done

    def text(self, capture, *options):
        done = self.run(capture, *options)
        want("status", (done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def json(self, capture, *options):
        text = self.text(capture, "-j", *options)
        return [json.loads(line) for line in text.splitlines()]


def documents(text):
    """JSON documents one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while text[at:].strip():
        document, length = decoder.raw_decode(text[at:].lstrip())
        at += len(text[at:]) - len(text[at:].lstrip()) + length
        found.append(document)
    return found


def of_type(rows, kind):
    return [row for row in rows if row["type"] == kind]


class Ktap:
    """Runs cases and prints what became of them."""

    def __init__(self):
        self.cases = []

    def add(self, name, run, *args):
        self.cases.append((name, run, args))

    def skip(self, name, why):
        self.cases.append(("%s # SKIP %s" % (name, why), None, ()))

    def run(self):
        failed = 0
        print("KTAP version 1\n1..%d" % len(self.cases))
        for number, (name, run, args) in enumerate(self.cases, 1):
            why = None
            try:
                if run:
                    run(*args)
            except (Failure, ValueError, KeyError, IndexError,
                    subprocess.TimeoutExpired) as failure:
                why = "%s: %s" % (type(failure).__name__, failure)
            print("%s %d %s" % ("not ok" if why else "ok", number, name))
            for line in (why or "").splitlines():
                print("# " + line)
            failed += bool(why)
        return 1 if failed else 0
