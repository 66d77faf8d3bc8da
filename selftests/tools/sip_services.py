#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Calls with more than audio, files and TLS, in the network of topology.sh; what a
call must not open; and what policies make of it.

Prints "ok WHAT", or "no WHAT: WHY", for each of them.
"""

import sys
import traceback

from sip.guards import GUARDS
from sip.lab import Broken, Fails, Lab, parser_of, world_of
from sip.policies import POLICIES
from sip.services import SERVICES, tls_passes_untouched


SETS = {"services": SERVICES, "guards": GUARDS, "policies": POLICIES,
        "tls": [tls_passes_untouched]}


def tried(lab, function, transport):
    try:
        function(lab, lab.tcp() if transport == "tcp" else lab.udp())
    except Fails as error:
        return str(error)
    except (Broken, OSError) as error:
        return str(error) or type(error).__name__
    except Exception as error:      # what arrives may be anything
        traceback.print_exc(file=sys.stderr)
        return "%s: %s" % (type(error).__name__, error)
    finally:
        lab.over()
    return ""


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--set", choices=SETS, default="services")
    parser.add_argument("--transport", choices=("udp", "tcp"))
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("--only", default="",
                        help="those whose name has this in it")
    options = parser.parse_args()
    world = world_of(options)
    failed = 0
    for one in SETS[options.set]:
        what = one.__name__.replace("_", " ")
        if options.only not in what:
            continue
        world.forget()
        why = tried(Lab(world, "imsip", patience=options.patience), one,
                    options.transport)
        failed += bool(why)
        print("no" if why else "ok", what + (": " + why if why else ""),
              flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
