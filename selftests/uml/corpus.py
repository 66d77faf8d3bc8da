#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The vectors as a corpus for storm: corpus.py OUT [DIRECTORY...]."""

import glob
import json
import os
import sys


def kind_of(vector):
    """How storm calls the conversation, and whether the client speaks."""
    transport = vector.get("transport")
    if transport in ("ns", "sb"):
        return transport[0], vector.get("direction") == "c2s"
    if transport in ("tcp", "udp"):
        return transport[0], vector.get("flow", {}).get("inside") == "src"
    return None, False


def main():
    directories = sys.argv[2:] or [os.path.join(
        os.path.dirname(__file__), "..", "vectors", name)
        for name in ("msnp", "sip")]
    with open(sys.argv[1], "wb") as out:
        for directory in directories:
            for path in sorted(glob.glob(os.path.join(directory, "*.json"))):
                with open(path, encoding="utf-8") as source:
                    vector = json.load(source)
                kind, is_up = kind_of(vector)
                if not kind:
                    continue
                with open(path[:-5] + ".bin", "rb") as source:
                    data = source.read()
                # The client is lan1; both have as many characters.
                data = data.replace(b"192.168.0.12", b"192.168.77.2")
                if len(data) <= 30000:
                    out.write(b"%s %d %d\n" % (kind.encode(), is_up,
                                               len(data)) + data + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
