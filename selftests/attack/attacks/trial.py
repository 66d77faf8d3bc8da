# SPDX-License-Identifier: GPL-2.0
"""One attack on one helper: what is found, and the verdict."""

from .pair import PAIRS, Lost, Target, knock
from .world import PATIENCE, wait_until

# From worst to best; a trial's verdict is the worst thing found.
VERDICTS = ("hole", "opened", "harm", "memory", "nothing")

ATTACKS = []


ENOUGH = 3


class Enough(Exception):
    """More of the same would only take time."""


class NotHere(Exception):
    """The attack does not exist for this helper."""


def attack(name, what):
    """Registers a function of a Trial as an attack."""
    def add(function):
        function.attack = name
        function.what = what
        ATTACKS.append(function)
        return function
    return add


class Trial:
    """What an attack works with."""

    def __init__(self, world, dialect, options):
        self.world = world
        self.dialect = dialect
        self.options = options
        self.found = []     # (verdict, text)
        self.figures = []   # what else the table should say
        self.pairs = []
        self.targets = []
        self.known = set()  # expectations that are as they should be

    # --- what attacks use ---

    def find(self, verdict, text):
        if (verdict, text) not in self.found:
            self.found.append((verdict, text))
        # Each harm is a wait; it is proved by now.
        if verdict == "harm" and self.harms() >= ENOUGH:
            raise Enough

    def harms(self):
        return sum(kind == "harm" for kind, _ in self.found)

    def pair(self, port=None, **options):
        self.dialect.own = options.get("source") or \
            self.world.address[options.get("client", "lan1")]
        pair = PAIRS[self.dialect.transport](
            self.world, port or self.dialect.port, **options)
        self.dialect.own_port = pair.client.getsockname()[1]
        self.pairs.append(pair)
        return pair

    def greeted(self, **options):
        pair = self.pair(**options)
        self.dialect.greet(pair)
        return pair

    def target(self, where, port, proto="tcp"):
        """Somebody inside who listens and must not be reached."""
        try:
            target = Target(self.world, where, port, proto)
        except OSError:
            return None
        self.targets.append(target)
        return target

    def send(self, pair, data, down=False):
        """Sends what must arrive as it is; what arrives."""
        move = pair.down if down else pair.up
        try:
            got = move(data)
        except Lost as lost:
            self.find("harm", str(lost))
            return b""
        if got != data:
            self.find("harm", "bytes of a foreign conversation change")
        return got

    def say(self, pair, text, form="plain"):
        """Sends an announcement, which may be edited; what arrives."""
        try:
            return pair.up(text, self.dialect.whole_of(text))
        except Lost as lost:
            self.find("harm", str(lost))
            return b""

    def reply(self, pair, text):
        try:
            if text:
                pair.down(text, self.dialect.whole_of(text))
        except Lost as lost:
            self.find("harm", "the server's answer: %s" % lost)

    def opened(self):
        """Expectations that are open and not accounted for yet."""
        return [e for e in self.world.expectations()
                if e.active and e.key not in self.known]

    def allow(self):
        """What is expected now is as it should be."""
        self.known |= {e.key for e in self.world.expectations()}

    def accuse(self, why, outward=False):
        """Every open expectation that leads to us is one too many.

        What leads to the server is the client's own doing; with @outward that
        is an accusation as well.
        """
        world = (self.world.address["srv"], self.world.address["peer"])
        for entry in self.opened():
            self.known.add(entry.key)
            if outward or entry.dst not in world:
                self.find("opened", "%s: %s" % (why, entry))
                self.probe(entry, why)

    def probe(self, entry, why):
        """Whether somebody outside gets to somebody inside."""
        for where in ("peer", "srv"):
            if entry.src not in ("0.0.0.0", self.world.address[where]):
                continue
            inside = knock(self.world, where, entry.proto, entry.dst,
                           entry.dport)
            for target in self.targets:
                if wait_until(target.reached, 0.2):
                    self.find("hole", "%s: %s reaches %s" % (
                        why, where, target))
                    return
            if inside:
                self.find("hole", "%s: %s connects to %s" % (
                    why, where, entry))
                return

    def probe_others(self, entry, why):
        """The same, where the announcer itself may be reached."""
        for where in ("peer", "srv"):
            knock(self.world, where, entry.proto, entry.dst, entry.dport)
            for target in self.targets:
                if target.where != "lan1" and wait_until(target.reached, 0.2):
                    self.find("hole", "%s: %s reaches %s" % (
                        why, where, target))

    def alive(self, pair):
        """A conversation that was let be must go on."""
        if pair.transport == "tcp":
            self.send(pair, b"going on\r\n")
            self.send(pair, b"so am I\r\n", down=True)

    def drop(self, pair):
        """This conversation is over, and the gateway forgets it."""
        self.pairs.remove(pair)
        pair.close()
        self.world.forget()
        self.known.clear()

    # --- from outside ---

    def over(self):
        for pair in self.pairs:
            pair.close()
        for target in self.targets:
            target.close()
        self.world.forget()

    def verdict(self):
        for verdict in VERDICTS:
            reasons = [text for kind, text in self.found if kind == verdict]
            if reasons:
                return verdict, reasons
        return "nothing", []


def can_serve(world, dialect, client="lan2", port=None):
    """A proper announcement leads to a connection: None, or what fails."""
    port = port or dialect.service_port
    proto = dialect.proto()
    dialect.own = world.address[client]
    listener = world.listen(client, port) if proto == "tcp" else \
        world.datagrams(client, port)
    listener.settimeout(2 * PATIENCE)
    pair = None
    try:
        pair = PAIRS[dialect.transport](world, dialect.port, client=client)
        dialect.own_port = pair.client.getsockname()[1]
        dialect.greet(pair)
        text = dialect.announce(world.address[client], port)
        got = pair.up(text, dialect.whole_of(text))
        address, port = dialect.read(got)
        if dialect.answer(got):
            answer = dialect.answer(got)
            pair.down(answer, dialect.whole_of(answer))
        if address == world.address[client]:
            return "the announcement is not edited"
        why = reach(world, dialect, listener, address, port)
        # Calls that nobody ends are many after a while.
        for from_client, words in dialect.ends(text):
            (pair.up if from_client else pair.down)(words,
                                                    dialect.whole_of(words))
        return why
    except (Lost, OSError, TypeError) as error:
        return "%s: %s" % (type(error).__name__, error)
    finally:
        listener.close()
        if pair:
            pair.close()


def reach(world, dialect, listener, address, port):
    """The outsider connects to what it was told."""
    if dialect.proto() == "tcp":
        if not knock(world, dialect.outsider, "tcp", address, port,
                     2 * PATIENCE):
            return "no way to %s port %d" % (address, port)
        listener.accept()[0].close()
        return None
    knock(world, "srv", "udp", address, port)
    listener.recv(100)
    return None
