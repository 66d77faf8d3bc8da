#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Hostile announcements as fast as they go, from one host of topology.sh.

Says "raining", and in the end "sent NUMBER".
"""

import argparse
import os

from attack import dialect_of
from attacks.flood import hammer
from attacks.trial import Trial
from attacks.world import World


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suffix", required=True, help="of the namespaces")
    parser.add_argument("--helper", required=True)
    parser.add_argument("--client", default="lan1", help="who announces")
    parser.add_argument("--address", nargs=2, action="append", default=[],
                        metavar=("NAME", "ADDRESS"))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--least", type=int, default=0,
                        help="go on until there are so many")
    options = parser.parse_args()
    world = World(options.suffix, dict(options.address))
    trial = Trial(world, dialect_of(options.helper), options)
    read_end, write_end = os.pipe()
    print("raining", flush=True)
    hammer(trial, [world.address[options.client]], options.seconds, write_end,
           options.client, options.least)
    print("sent", os.read(read_end, 100).decode(), flush=True)


if __name__ == "__main__":
    main()
