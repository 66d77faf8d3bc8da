#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Attacks a helper in the network of topology.sh.

Prints one line for each attack:

  result HELPER ATTACK VERDICT        hole, opened, harm, memory, nothing, none
  reason HELPER ATTACK TEXT           what was found
  figure HELPER ATTACK TEXT           what was measured

"hole": somebody outside got to somebody inside; "opened": an expectation that
should not be; "harm": bytes, connections or neighbours suffer; "memory": it does
not come back; "none": the attack does not exist for this helper.
"""

import argparse
import sys
import time
import traceback

from attacks import control, endless, flood, names, sides, slipstream
from attacks.dialect import Ftp, Irc
from attacks.msnp import Msnp
from attacks.pair import Lost
from attacks.sip import Sip
from attacks.trial import ATTACKS, Enough, NotHere, Trial, can_serve
from attacks.world import World

# In the order of the table.
MODULES = (slipstream, names, sides, flood, endless, control)
ATTACKS.sort(key=lambda function: [
    module.__name__ for module in MODULES].index(function.__module__))


def dialect_of(helper):
    """"sip/udp" and the like."""
    name, _, transport = helper.partition("/")
    if name in ("sip", "imsip"):
        return Sip(name, transport or "udp")
    return {"ftp": Ftp, "irc": Irc, "msnp": Msnp}[name]()


def say(*words):
    print(*words, flush=True)


def run(world, helper, function, options):
    trial = Trial(world, dialect_of(helper), options)
    begin = time.monotonic()
    try:
        function(trial)
    except NotHere:
        say("result", helper, function.attack, "none")
        return
    except Enough:
        pass
    except Exception as error:      # the attack itself is broken, or harmed
        trial.found.append(("harm", "the attack ends with %s: %s" % (
            type(error).__name__, error)))
        if not isinstance(error, (Lost, OSError)):
            traceback.print_exc(file=sys.stdout)
    finally:
        trial.over()
    verdict, reasons = trial.verdict()
    say("result", helper, function.attack, verdict)
    for reason in reasons:
        say("reason", helper, function.attack, reason)
    for figure in trial.figures:
        say("figure", helper, function.attack, figure)
    say("#", helper, function.attack,
        "%.1f s" % (time.monotonic() - begin))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--suffix", help="of the namespaces")
    parser.add_argument("--helper", help="ftp, irc, msnp, sip/udp, sip/tcp")
    parser.add_argument("--address", nargs=2, action="append", default=[],
                        metavar=("NAME", "ADDRESS"))
    parser.add_argument("--seconds", type=float, default=3, help="of a flood")
    parser.add_argument("--tool", help="the tool nfim")
    parser.add_argument("--list", action="store_true", help="list attacks")
    parser.add_argument("attacks", nargs="*", metavar="ATTACK")
    options = parser.parse_args()
    if options.list:
        for function in ATTACKS:
            say("%-18s %s" % (function.attack, function.what))
        return 0
    world = World(options.suffix, dict(options.address))
    why = can_serve(world, dialect_of(options.helper))
    say("serves", options.helper, why or "yes")
    world.forget()
    for function in ATTACKS:
        if not options.attacks or function.attack in options.attacks:
            run(world, options.helper, function, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
