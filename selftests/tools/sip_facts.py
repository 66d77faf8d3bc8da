#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What a SIP helper does of all that phones need, in the network of topology.sh.

Prints one line for each fact, "row HELPER NUMBER ok|no ITEM WHAT", and for one
that does not hold "why HELPER NUMBER TEXT".
"""

import sys
import time
import traceback

from sip import calls, media, messages
from sip.lab import FACTS, Broken, Fails, Lab, parser_of, world_of

assert calls and media and messages
FACTS.sort(key=lambda one: int(one.item))


class Trial:
    """A fact being tried; those that take minutes are waited for together."""

    def __init__(self, world, helper, number, options):
        self.function = FACTS[number]
        self.number = number
        self.helper = helper
        host = {"sip": "lan1", "imsip": "lan2"}[helper] if \
            self.function.slow else "lan1"
        self.lab = Lab(world, helper, host, options.patience)
        self.steps = None
        self.due = time.monotonic()
        self.began = self.due

    def step(self):
        """Return: whether there is more to come."""
        why = ""
        try:
            if self.steps is None:
                self.steps = self.function(self.lab)
            if self.steps is not None:
                self.due = self.began + next(self.steps)
                return True
        except StopIteration:
            pass
        except Fails as error:
            why = str(error)
        except (Broken, OSError) as error:
            why = str(error) or type(error).__name__
        except Exception as error:      # what arrives may be anything
            why = "%s: %s" % (type(error).__name__, error)
            traceback.print_exc(file=sys.stdout)
        self.lab.over()
        print("row", self.helper, self.number, "no" if why else "ok",
              self.function.item, self.function.what)
        if why:
            print("why", self.helper, self.number, why)
        print("#", self.helper, self.number, "%.1f s" % (
            time.monotonic() - self.began), flush=True)
        return False


def together(trials):
    while trials:
        time.sleep(max(0, min(one.due for one in trials) - time.monotonic()))
        trials = [one for one in trials
                  if one.due > time.monotonic() or one.step()]


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--helper", action="append", help="sip, imsip")
    parser.add_argument("--slow", action="store_true",
                        help="those that take minutes: lan1 has the one "
                        "helper, lan2 the other")
    parser.add_argument("--patience", type=float, default=4)
    parser.add_argument("--only", help="facts whose text has this in it")
    parser.add_argument("--tool", help="nfim")
    options = parser.parse_args()
    world = world_of(options)
    world.tool = options.tool
    chosen = [number for number, one in enumerate(FACTS)
              if one.slow == options.slow and
              (options.only or "") in one.what]
    trials = [Trial(world, helper, number, options)
              for helper in options.helper for number in chosen] if \
        options.slow else []
    together(trials)
    for helper in () if options.slow else options.helper:
        for number in chosen:
            Trial(world, helper, number, options).step()
            world.forget()
    return 0


if __name__ == "__main__":
    sys.exit(main())
