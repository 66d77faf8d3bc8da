#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The table of what attacks did to helpers, from the output of attack.sh."""

import sys

from attack import ATTACKS

SHOWN = {"nothing": "-", "none": "", "hole": "HOLE", "opened": "opens",
         "harm": "harm", "memory": "grows"}


def read(path):
    results, reasons, helpers = {}, [], []
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            words = line.rstrip("\n").lstrip("# ").split(" ", 3)
            if words[0] == "serves" and words[1] not in helpers:
                helpers.append(words[1])
            elif words[0] == "result" and len(words) == 4:
                results[words[2], words[1]] = words[3]
            elif words[0] in ("reason", "figure") and len(words) == 4:
                reasons.append(words[1:])
    return results, reasons, helpers


def main():
    results, reasons, helpers = read(sys.argv[1])
    if not results:
        print("no results")
        return 1
    names = {name: what for name, what in
             ((f.attack, f.what) for f in ATTACKS)
             if any(name == key[0] for key in results)}
    width = max(map(len, names))
    print(" " * width + "".join(" %8s" % helper for helper in helpers))
    for name in names:
        print(name.ljust(width) + "".join(
            " %8s" % SHOWN.get(results.get((name, helper), "none"), "?")
            for helper in helpers))
    print("\nHOLE: somebody outside got to somebody inside.  opens: an "
          "expectation that should\nnot be.  harm: bytes, connections or "
          "neighbours suffer.  grows: memory stays in use.\n-: nothing.  "
          "Empty: the attack does not exist there.\n")
    for name, what in names.items():
        print("%s  %s" % (name.ljust(width), what))
    print()
    said = {}
    for helper, name, text in reasons:
        said[helper, name] = said.get((helper, name), 0) + 1
        if said[helper, name] <= 2:
            print("%-8s %s  %s" % (helper, name.ljust(width), text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
