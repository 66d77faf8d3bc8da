# SPDX-License-Identifier: GPL-2.0
"""The modes "listen" and "connect": one side says where it listens, the other
goes there, whatever the application. Either of the two has "--inviting".

The listener calls, or with "--count" calls so many times at once; all of it is
paused together.
"""

import copy
import os
import threading

from .p2p import Notice, Version1, Version2
from .session import APPS, connect_session, listen_session
from .slp import connect_slp, listen_slp
from .transfer import Gate
from .webcam import connect_webcam, listen_webcam
from .wire import Failure, say

KINDS = ["slp", "webcam"] + sorted(APPS)
CARRIERS = {"1": Version1, "2": Version2}


def run_one(client, args, gate, chat, peer, listening):
    """What is agreed on over one chat, or without."""
    args.app = args.kind
    if args.kind in APPS:
        run = listen_session if listening else connect_session
        run(client, chat, args, gate)
        return
    if args.p2p == "uun":
        carrier = Notice(client, peer, args.pieces)
    else:
        carrier = CARRIERS[args.p2p](chat, args.pieces, args.twice,
                                     args.tolerant)
    if args.kind == "slp":
        run = listen_slp if listening else connect_slp
    else:
        run = listen_webcam if listening else connect_webcam
    run(client, carrier, args, gate)


def do_peer(args, client, peer, listening):
    gate = Gate(args.count) if args.pause or args.cancel else None
    if args.p2p == "uun":
        run_one(client, args, gate, None, peer, listening)
    elif args.count == 1:
        chat = client.call(peer) if listening else \
            client.answer(client.wait_ring())
        run_one(client, args, gate, chat, peer, listening)
        if args.linger:
            os.read(0, 100)
        chat.leave()
    else:
        run_many(args, client, gate, peer, listening)
    say("done")
    client.logout()


def run_many(args, client, gate, peer, listening):
    """Each chat has a thread; a listener has a port for each."""
    failures = []

    def one(chat, nth):
        own = copy.copy(args)
        if args.listen_port:
            own.listen_port = args.listen_port + nth
        try:
            run_one(client, own, gate, chat, peer, listening)
            chat.leave()
        except Exception as error:  # a thread must not die unheard
            failures.append(error)
            say("bad:", nth, error)

    threads = []
    for nth in range(args.count):
        chat = client.call(peer) if listening else \
            client.answer(client.wait_ring())
        thread = threading.Thread(target=one, args=(chat, nth), daemon=True)
        thread.start()
        threads.append(thread)
    say("chats", args.count)
    for thread in threads:
        thread.join(args.deadline)
        if thread.is_alive():
            raise Failure("not over after %d s" % args.deadline)
    if failures:
        raise Failure("%d of %d went wrong" % (len(failures), args.count))


def add_options(sub):
    sub.add_argument("kind", choices=KINDS)
    sub.add_argument("--inviting", action="store_true",
                     help="send the first INVITE; one side does")
    sub.add_argument("--p2p", choices=["1", "2", "uun"], default="1",
                     help="version of the P2P header, or none over UUN")
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
