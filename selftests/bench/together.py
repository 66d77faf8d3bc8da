# SPDX-License-Identifier: GPL-2.0
"""One processor alone, and two at once, each with a connection of its own.

One line for each case, separated by tabs: NAME HELPER NAT, nanoseconds alone and
together, and how much longer it takes together: median and quartiles. Without a
helper nothing is shared but the machine.
"""

import os
import statistics

from cases import Case, FOREIGN, TIMED, pair

TURNS = 9


def child(cpu, case, measure, options):
    """A process on that processor; what it finds comes through the pipe."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return reading
    os.sched_setaffinity(0, {cpu})
    rounds, _ = measure(case, case.helper, options)
    os.write(writing, str(statistics.median(rounds)).encode())
    os._exit(0)


def run(cases, cpus, measure, options):
    pipes = [child(cpu, case, measure, options)
             for cpu, case in zip(cpus, cases)]
    values = []
    for pipe in pipes:
        with os.fdopen(pipe) as file:
            values.append(float(file.read()))
    for _ in pipes:
        os.wait()
    return statistics.mean(values)


def together(measure, options):
    nothing = [Case("nothing", "", "tcp", 1, False, [(TIMED, FOREIGN[:1400])],
                    client=client) for client in (0, 1)]
    for both in [nothing] + list(pair()):
        alone, two = [], []
        for turn in range(TURNS):
            alone.append(run(both[:1], [turn % 2], measure, options))
            two.append(run(both, [0, 1], measure, options))
        ratios = [b / a for a, b in zip(alone, two)]
        low, mid, high = statistics.quantiles(ratios, n=4)
        print("%s\t%.0f\t%.0f\t%.3f\t%.3f\t%.3f" % (
            both[0].key(), statistics.median(alone), statistics.median(two),
            mid, low, high))
    return 0
