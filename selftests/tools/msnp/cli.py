# SPDX-License-Identifier: GPL-2.0
"""MSN Messenger's part in the tests: a server, and clients that transfer files.

  msn.py server                    runs until it is killed; says "ready ..."
  msn.py send --server S ...       offers a file, exit code 0 if it was taken
  msn.py receive --server S ...    takes a file, exit code 0 if it is whole
  msn.py many-send, many-receive   the same for many small files in one login
  msn.py listen, connect KIND ...  direct connections, webcams, sessions: the
                                   one listens, the other goes there

Each says what happens in lines on stdout that scripts wait for: "online",
"invite NAME SIZE", "announced ADDRESS PORT", "accept ADDRESS PORT PORTX INTERNAL"
(what the other side announced, as it arrived), "paused N" (a line on stdin lets
it go on), "connection ADDRESS PORT", "done ...", or "failed: REASON".
"""

import argparse
import os
import threading

from .client import Client
from .peers import add_modes
from .server import Server
from .transfer import Gate, Options, receive_file, send_file
from .wire import Failure, say


def pattern(name, size):
    """The content of a file of that name, for transfers without files."""
    line = name.encode() + b"\n"
    return (line * (size // len(line) + 1))[:size]


def options_of(args, gate=None):
    options = Options()
    options.gate = gate
    for name in vars(Options):
        if not name.startswith("_") and getattr(args, name, None) is not None:
            setattr(options, name, getattr(args, name))
    return options


def client_of(args, user):
    client = Client(args.server, user, args.port, args.patience)
    if args.client:
        client.product, client.version = args.client
    client.login()
    say("online", client.mail, client.address, client.client_ip)
    return client


def mail_of(user):
    return user if "@" in user else user + "@example.com"


def do_server(args):
    Server(args.bind, args.ns_port, args.sb_port, args.record,
           args.pieces).run()


def do_send(args):
    with open(args.file, "rb") as source:
        content = source.read()
    client = client_of(args, args.user)
    if args.called:
        chat = client.answer(client.wait_ring())
    else:
        chat = client.call(mail_of(args.to))
    gate = Gate() if args.pause or args.cancel else None
    send_file(chat, os.path.basename(args.file), content,
              options_of(args, gate))
    say("done", len(content))
    if args.linger:
        os.read(0, 100)
    chat.leave()
    client.logout()


def do_receive(args):
    client = client_of(args, args.user)
    if args.call:
        chat = client.call(mail_of(args.call))
    else:
        chat = client.answer(client.wait_ring())
    gate = Gate() if args.pause or args.cancel else None
    name, content = receive_file(chat, options_of(args, gate))
    if args.out and content is not None:
        with open(args.out, "wb") as out:
            out.write(content)
    if args.compare:
        with open(args.compare, "rb") as wanted:
            if wanted.read() != content:
                raise Failure("the file differs from " + args.compare)
    say("done", name, len(content or ()))
    if args.linger:
        os.read(0, 100)
    chat.leave()
    client.logout()


class Tally:
    """What became of many transfers."""

    def __init__(self, count, tell=False):
        self.count = count
        self.tell = tell
        self.lock = threading.Lock()
        self.taken = self.good = self.bad = 0
        self.all_over = threading.Event()

    def take(self, number):
        """The numbers of the next transfers, number of them at most."""
        with self.lock:
            first = self.taken
            self.taken = min(self.count, first + number)
            return range(first, self.taken)

    def over(self, why=None):
        with self.lock:
            if why:
                self.bad += 1
                say("bad:", why)
            else:
                self.good += 1
                if self.tell:
                    say("good", self.good)
            if self.good + self.bad >= self.count:
                self.all_over.set()


def do_many_send(args):
    client = client_of(args, args.user)
    tally = Tally(args.count, args.tolerant)

    def worker():
        while True:
            numbers = tally.take(args.per_chat)
            if not numbers:
                return
            left = len(numbers)
            try:
                chat = client.call(mail_of(args.to))
                for number in numbers:
                    name = "file-%d" % number
                    send_file(chat, name, pattern(name, args.size),
                              options_of(args))
                    tally.over()
                    left -= 1
                chat.leave()
            except (Failure, OSError) as error:
                for _ in range(left):
                    tally.over(error)

    run_many(args, tally, [worker] * args.parallel, client)


def do_many_receive(args):
    client = client_of(args, args.user)
    tally = Tally(args.count, args.tolerant)
    gate = Gate(args.parallel) if args.pause else None

    def serve(ring):
        chat = client.answer(ring)
        while True:
            try:
                name, content = receive_file(chat, options_of(args, gate))
                good = content == pattern(name, len(content))
                tally.over(None if good else name + " differs")
            except (Failure, OSError) as error:
                if "left" not in str(error) and "closed" not in str(error):
                    tally.over(error)
                return

    def listen():
        try:
            while True:
                threading.Thread(target=serve, daemon=True,
                                 args=(client.wait_ring(3600),)).start()
        except (Failure, OSError):
            pass

    run_many(args, tally, [listen], client)


def run_many(args, tally, workers, client):
    for worker in workers:
        threading.Thread(target=worker, daemon=True).start()
    if not tally.all_over.wait(args.deadline):
        raise Failure("after %d s: %d good, %d bad of %d" % (
            args.deadline, tally.good, tally.bad, tally.count))
    if tally.bad and not args.tolerant:
        raise Failure("%d good, %d bad" % (tally.good, tally.bad))
    say("done", tally.good)
    client.logout()


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)

    def mode(name, run):
        sub = modes.add_parser(name)
        sub.set_defaults(run=run)
        return sub

    def add_client(sub, user):
        sub.add_argument("--server", required=True)
        sub.add_argument("--port", type=int, default=1863)
        sub.add_argument("--as", dest="user", default=user)
        sub.add_argument("--patience", type=float, default=30,
                         help="seconds for each step")
        sub.add_argument("--connect-patience", type=float,
                         help="seconds for connecting to the other side")
        sub.add_argument("--client", nargs=2, metavar=("NAME", "VERSION"),
                         help="what to say of ourselves at login")
        sub.add_argument("--style", choices=[
            "private", "public", "external", "internal", "reversed",
            "joined"], help="how to spell the announcement")
        sub.add_argument("--listen-port", type=int)
        sub.add_argument("--announce-address")
        sub.add_argument("--announce-port", type=int)
        sub.add_argument("--pieces", type=int)
        sub.add_argument("--together", action="store_true")
        sub.add_argument("--lead", type=int, metavar="N",
                         help="chat messages before the announcement")
        sub.add_argument("--trail", type=int, metavar="N",
                         help="chat messages right behind the announcement")
        sub.add_argument("--chatter", type=int, metavar="N",
                         help="chat messages in the end, to be answered")
        sub.add_argument("--save", help="file for the announcement")
        sub.add_argument("--pause", action="store_true",
                         help="wait for a line on stdin before connecting")

    def add_single(sub):
        sub.add_argument("--cancel", action="store_true",
                         help="when all is announced, wait for a line on "
                              "stdin, then cancel")
        sub.add_argument("--linger", action="store_true",
                         help="in the end, stay until a line on stdin")

    def add_many(sub):
        sub.add_argument("--count", type=int, default=10)
        sub.add_argument("--parallel", type=int, default=1)
        sub.add_argument("--deadline", type=float, default=300)
        sub.add_argument("--tolerant", action="store_true",
                         help="transfers may fail")

    sub = mode("server", do_server)
    sub.add_argument("--bind", default="0.0.0.0")
    sub.add_argument("--ns-port", type=int, default=1863)
    sub.add_argument("--sb-port", type=int, default=1863)
    sub.add_argument("--record", help="directory for what clients sent")
    sub.add_argument("--pieces", type=int, default=0,
                     help="bytes of one write (default: all at once)")

    sub = mode("send", do_send)
    add_client(sub, "alice")
    add_single(sub)
    sub.add_argument("--to", default="bob")
    sub.add_argument("--file", required=True)
    sub.add_argument("--called", action="store_true",
                     help="wait to be called rather than call")
    sub.add_argument("--connect", dest="connectivity", action="store_false",
                     help="say Connectivity: N, the receiver must listen")

    sub = mode("receive", do_receive)
    add_client(sub, "bob")
    add_single(sub)
    sub.add_argument("--out")
    sub.add_argument("--compare", help="file that must be the same")
    sub.add_argument("--listen", action="store_true",
                     help="listen, and say Sender-Connect: TRUE")
    sub.add_argument("--call", metavar="USER", help="call rather than wait")

    sub = mode("many-send", do_many_send)
    add_client(sub, "alice")
    add_many(sub)
    sub.add_argument("--to", default="bob")
    sub.add_argument("--size", type=int, default=1000)
    sub.add_argument("--per-chat", type=int, default=1)

    sub = mode("many-receive", do_many_receive)
    add_client(sub, "bob")
    add_many(sub)

    add_modes(mode, add_client, add_single, client_of)
    return parser.parse_args()


def main():
    args = parse()
    try:
        args.run(args)
    except Failure as failure:
        say("failed:", failure)
        return 1
    except (OSError, ValueError) as error:
        say("failed:", type(error).__name__, error)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
