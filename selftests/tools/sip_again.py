#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""One call after the other through the gateway of topology.sh, until it is killed.

Says "good N" of the N-th call that had audio both ways and was ended, "bad WHY" of
one that came to nothing. Each is from another port, so that a connection without
the helper is not met again.
"""

import itertools
import sys
import time

from sip.lab import (Broken, Fails, Lab, need, parser_of, reply, sdp,
                     world_of)
from sip.text import address

PORTS = range(20000, 30000)


def talk(lab, flow, number):
    port = 40000 + 2 * (number % 1000)
    ear = lab.ear(port)
    far = lab.datagrams(lab.far, 30000, lab.outside)
    call = flow.dialog()
    got = flow.up(call.ask("INVITE", sdp(lab.inside, "audio %d" % port)))
    call.answered(flow.down(reply(got, "180 Ringing")))
    call.answered(lab.answer(flow, got))
    flow.up(call.ask("ACK", cseq=call.cseq))
    far.sendto(b"word", address(got))
    need(ear.recv(100) == b"word", "another word arrives")
    ear.sendto(b"answer", (lab.outside, 30000))
    need(far.recvfrom(100) == (b"answer", address(got)),
         "the answer is from elsewhere")
    flow.down(reply(flow.up(call.ask("BYE")), "200 OK"))


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--patience", type=float, default=2)
    parser.add_argument("--rest", type=float, default=0.05,
                        help="seconds between calls")
    options = parser.parse_args()
    world = world_of(options)
    good = 0
    for number in itertools.count():
        lab = Lab(world, "imsip", "lan2", options.patience)
        try:
            talk(lab, lab.udp(PORTS[number % len(PORTS)]), number)
            good += 1
            print("good", good, flush=True)
        except (Fails, Broken, OSError) as error:
            print("bad", error or type(error).__name__, flush=True)
        finally:
            lab.over()
        time.sleep(options.rest)


if __name__ == "__main__":
    sys.exit(main())
