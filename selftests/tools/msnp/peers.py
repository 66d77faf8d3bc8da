# SPDX-License-Identifier: GPL-2.0
"""The modes "listen" and "connect": one side says where it listens, the other
goes there, whatever the application. Either of the two has "--inviting".

The listener calls, or with "--count" calls so many times at once; all of it is
paused together. "cases" does the same for different things: each "--case" is a
kind with its own options, and "--count" repeats the last one.
"""

import argparse
import copy
import os
import threading

from .p2p import Notice, Signal, Version1, Version2
from .session import APPS, connect_session, listen_session
from .slp import connect_slp, listen_slp
from .transfer import Gate
from .webcam import connect_webcam, listen_webcam
from .wire import Failure, say

KINDS = ["slp", "webcam"] + sorted(APPS)
CASES = "cases"
CARRIERS = {"1": Version1, "2": Version2}
NOTICES = {"uun": Notice, "sdg": Signal}       # without a chat


def run_one(client, args, gate, chat, peer, listening):
    """What is agreed on over one chat, or without."""
    args.app = args.kind
    if args.kind in APPS:
        run = listen_session if listening else connect_session
        run(client, chat, args, gate)
        return
    if args.p2p in NOTICES:
        carrier = NOTICES[args.p2p](client, peer, args.pieces)
    else:
        carrier = CARRIERS[args.p2p](chat, args.pieces, args.twice,
                                     args.tolerant)
    if args.kind == "slp":
        run = listen_slp if listening else connect_slp
    else:
        run = listen_webcam if listening else connect_webcam
    run(client, carrier, args, gate)


def do_peer(args, client, peer, listening):
    each = cases_of(args)
    gate = Gate(len(each)) if args.pause or args.cancel else None
    if args.kind == CASES:
        run_many(args, each, client, gate, peer, listening)
    elif args.p2p in NOTICES:
        run_one(client, args, gate, None, peer, listening)
    elif args.count == 1:
        chat = client.call(peer) if listening else \
            client.answer(client.wait_ring())
        run_one(client, args, gate, chat, peer, listening)
        if args.linger:
            os.read(0, 100)
        chat.leave()
    else:
        run_many(args, each, client, gate, peer, listening)
    say("done")
    client.logout()


def cases_of(args):
    """Arguments for each chat; a listener has a port of its own for each."""
    if args.kind == CASES:
        parser = argparse.ArgumentParser()
        add_options(parser)
        parser.add_argument("--style")
        parser.add_argument("--pieces", type=int)
        parser.add_argument("--listen-port", type=int)
        each = [parser.parse_args(line.split(), copy.copy(args))
                for line in args.case]
        while len(each) < args.count:
            each.append(copy.copy(each[-1]))
            if each[-1].listen_port:
                each[-1].listen_port += 1
        for nth, own in enumerate(each):
            own.save = "%s.%d" % (args.save, nth) if args.save else None
        return each
    each = [copy.copy(args) for _ in range(args.count)]
    for nth, own in enumerate(each):
        if args.listen_port:
            own.listen_port = args.listen_port + nth
    return each


def run_many(args, each, client, gate, peer, listening):
    """Each chat has a thread. What needs no chat comes when all are there."""
    failures = []

    def one(own, chat, nth):
        try:
            run_one(client, own, gate, chat, peer, listening)
            if chat:
                chat.leave()
        except Exception as error:  # a thread must not die unheard
            failures.append(error)
            say("bad:", nth, error)

    threads = []
    for nth, own in sorted(enumerate(each),
                           key=lambda e: e[1].p2p in NOTICES):
        chat = None
        if own.p2p not in NOTICES:
            chat = client.call(peer) if listening else \
                client.answer(client.wait_ring())
        thread = threading.Thread(target=one, args=(own, chat, nth),
                                  daemon=True)
        thread.start()
        threads.append(thread)
    say("chats", len(each))
    for thread in threads:
        thread.join(args.deadline)
        if thread.is_alive():
            raise Failure("not over after %d s" % args.deadline)
    if failures:
        raise Failure("%d of %d went wrong" % (len(failures), len(each)))


def add_options(sub):
    sub.add_argument("kind", choices=KINDS + [CASES])
    sub.add_argument("--case", action="append", metavar="KIND OPTIONS")
    sub.add_argument("--inviting", action="store_true",
                     help="send the first INVITE; one side does")
    sub.add_argument("--p2p", choices=[*CARRIERS, *NOTICES],
                     default="1", help="version of the P2P header, or none "
                     "in UUN or SDG")
    sub.add_argument("--hashed", action="store_true",
                     help="nonces are told as hashes: on the connecting side")
    sub.add_argument("--bare", action="store_true",
                     help="without lines that nobody misses")
    sub.add_argument("--twice", action="store_true",
                     help="all P2P messages twice, as libpurple does")
    sub.add_argument("--calm", action="store_true",
                     help="announce when all before it has arrived")
    sub.add_argument("--tolerant", action="store_true",
                     help="only report receipts that are wrong")
    sub.add_argument("--root", choices=["producer", "viewer"],
                     default="producer", help="what the webcam listener is")
    sub.add_argument("--call", choices=["udp", "tcp"],
                     help="voice: a call by SIP, with RTP")
    sub.add_argument("--size", type=int, default=20000,
                     help="bytes that the listener hands out")
    sub.add_argument("--count", type=int, default=1)
    sub.add_argument("--deadline", type=float, default=200)


def add_modes(mode, add_client, add_single, start):
    """@start: from arguments and a name to a client who is logged in."""
    for name, user, peer in (("listen", "alice", "bob"),
                             ("connect", "bob", "alice")):
        def run(args, listening=name == "listen"):
            mail = args.to if "@" in args.to else args.to + "@example.com"
            args.pieces = args.pieces or 0
            do_peer(args, start(args, args.user), mail, listening)

        sub = mode(name, run)
        add_client(sub, user)
        add_single(sub)
        add_options(sub)
        sub.add_argument("--to", default=peer)
        sub.set_defaults(style="external")
