#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of bench.py as a table, a plot, and a verdict."""

import argparse
import glob
import math
import os
import sys

# Which of the kernel's helpers does the like.
LIKE = {"imsip/udp": "sip/udp", "imsip/tcp": "sip/tcp", "msnp": "ftp"}
LIKE_CASE = {"ACCEPT": "PORT", "ACCEPT, five fields": "PORT"}
TOLERANCE = 1.05
OTHERS = 1.25   # another compiler, another kernel
CONTROL = 0.05
GRAIN = 30      # a clock that counts instructions is right within so many
BAR = 30


def read(path):
    """{(case, helper, nat): values}, in the order of the file."""
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.rstrip("\n").split("\t")
            if len(words) == 10:
                rows[tuple(words[:3])] = [float(word) for word in words[3:]]
    return rows


def peer_of(rows, key):
    case, helper, nat = key
    like = (LIKE_CASE.get(case, case), LIKE.get(helper), nat)
    return rows[like][0] if like in rows else None


def bar(value, top):
    """Its length is the logarithm: one block more is a constant factor."""
    if value < 1:
        return ""
    return "#" * max(1, round(BAR * math.log(value) / math.log(top)))


def ratio_of(rows, key):
    peer = peer_of(rows, key)
    if peer is None:
        return ""
    return "%.2f x %s" % (rows[key][0] / max(peer, 1), LIKE[key[1]])


def table(rows, unit):
    top = max(values[0] for values in rows.values())
    print("%-26s %-10s %-4s %10s %8s %5s  %-16s" % (
        "", "", "", unit, "+-", "exp", "against"))
    for key in sorted(rows, key=lambda key: (
            list(rows).index(next(k for k in rows if k[0] == key[0])),
            key[2], key[1].replace("imsip", "sip "))):
        median, low, high, expected = rows[key][:4]
        print("%-26s %-10s %-4s %10.0f %8.0f %5.3g  %-16s %s" % (
            *key, median, (high - low) / 2, expected, ratio_of(rows, key),
            bar(median, top)))


def svg(rows, unit, path):
    """Bars of logarithmic length, ours dark."""
    top = math.log10(max(values[0] for values in rows.values()))
    line, left, width = 14, 300, 500
    height = line * (len(rows) + 3)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
           'font-family="sans-serif" font-size="11">' % (
               left + width + 80, height),
           '<text x="4" y="14">%s per packet, logarithmic; dark: ours</text>'
           % unit]
    for power in range(int(top) + 1):
        x = left + width * power / top
        out.append('<path d="M%.0f 20V%d" stroke="#ccc"/><text x="%.0f" '
                   'y="%d" text-anchor="middle">%d</text>' % (
                       x, height - 16, x, height - 4, 10 ** power))
    for number, (key, values) in enumerate(rows.items()):
        y = line * (number + 2)
        length = width * math.log10(max(values[0], 1)) / top
        out.append('<text x="4" y="%d">%s</text><rect x="%d" y="%d" '
                   'width="%.1f" height="%d" fill="%s"/>' % (
                       y + 9, " ".join(key), left, y, length, line - 3,
                       "#246" if key[1] in LIKE else "#9ab"))
    out.append("</svg>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def settled(key):
    """Not where it hangs on what hash functions are told at the start."""
    return not key[0].endswith("hosts call")


def judge(rows, kept):
    """What became dearer than it was with this kernel and compiler."""
    return ["%s: %.0f, kept %.0f" % (" ".join(key), values[0], kept[key][0])
            for key, values in rows.items()
            if key[1] in LIKE and key in kept and settled(key) and
            values[0] > TOLERANCE * kept[key][0] + GRAIN]


def judge_ratios(rows, kept):
    """The same with others: what became dearer for its weight in the kernel's
    own helper, which the same compiler has built for the same kernel."""
    bad = []
    for key, values in rows.items():
        peer, was = peer_of(rows, key), peer_of(kept, key)
        if not peer or not was or key not in kept or not settled(key):
            continue
        most = peer * kept[key][0] / was
        if values[0] > OTHERS * most + GRAIN:
            bad.append("%s: %.2f x the kernel's, kept %.2f" % (
                " ".join(key), values[0] / peer, kept[key][0] / was))
    return bad


def controls(rows):
    """The same measured twice has to be the same."""
    bad = []
    for (case, *rest), values in rows.items():
        again = rows.get((case + ", again", *rest))
        if case == "control" and again:
            ratio = again[0] / max(values[0], 1)
            print("control pair %s: %.4f" % (" ".join(rest), ratio))
            if abs(ratio - 1) > CONTROL:
                bad.append("control pair %s: %.4f" % (" ".join(rest), ratio))
    return bad


def remarks(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# memory"):
                print("%-24s %5s bytes, %5s in its slab" % tuple(
                    line.split()[2:]))
            elif line.startswith("#"):
                print(line.rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unit", default="ns")
    parser.add_argument("--svg")
    parser.add_argument("--kept", default="", help="results to compare with")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("results")
    options = parser.parse_args()
    rows = read(options.results)
    remarks(options.results)
    if not rows:
        print("no results")
        return 1
    doubts = controls(rows)
    table(rows, options.unit)
    if options.svg:
        svg(rows, options.unit, options.svg)
    if not options.check:
        return 0
    own = os.path.exists(options.kept)
    tables = glob.glob(os.path.join(os.path.dirname(options.kept), "*.tsv"))
    if not own and not tables:
        print("1..0 # SKIP nothing is kept in", options.kept)
        return 4
    kept = read(options.kept if own else sorted(tables)[-1])
    bad = doubts + (judge if own else judge_ratios)(rows, kept)
    print("1..1")
    print("%s 1 nothing costs more than %s" % (
        "not ok" if bad else "ok",
        "it did" if own else "it did, measured by the kernel's helpers"))
    for text in bad:
        print("#", text)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
