#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of bench.py as a table, a plot, and a verdict."""

import argparse
import math
import os
import sys

# Which of the kernel's helpers does the like.
LIKE = {"imsip/udp": "sip/udp", "imsip/tcp": "sip/tcp", "msnp": "ftp"}
LIKE_CASE = {"ACCEPT": "PORT", "ACCEPT, five fields": "PORT"}
TOLERANCE = 1.05
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


def judge(rows, kept):
    """What became dearer than it was, or than the kernel's own."""
    bad = []
    for key, values in rows.items():
        if key[1] not in LIKE:
            continue
        if kept:
            if key in kept and values[0] > TOLERANCE * kept[key][0] + GRAIN:
                bad.append("%s: %.0f, kept %.0f" % (
                    " ".join(key), values[0], kept[key][0]))
        else:
            peer = peer_of(rows, key)
            if peer is not None and key[0] not in LIKE_CASE and \
                    values[0] > peer + 600:
                bad.append("%s: %.0f, the kernel's %.0f" % (
                    " ".join(key), values[0], peer))
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
    parser.add_argument("--kept", help="results to compare with")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("results")
    options = parser.parse_args()
    rows = read(options.results)
    remarks(options.results)
    if not rows:
        print("no results")
        return 1
    table(rows, options.unit)
    if options.svg:
        svg(rows, options.unit, options.svg)
    if not options.check:
        return 0
    kept = {}
    if options.kept and os.path.exists(options.kept):
        kept = read(options.kept)
    bad = judge(rows, kept)
    print("1..1")
    print("%s 1 nothing costs more than %s" % (
        "not ok" if bad else "ok",
        "it did" if kept else "with the kernel's helpers"))
    for text in bad:
        print("#", text)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
