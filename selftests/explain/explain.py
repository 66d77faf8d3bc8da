#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests nfim explain, see explain.sh.

  explain.py NFIM DIRECTORY...      directories with msnp/, sip/ and captured/
"""

import glob
import os
import sys
import tempfile

import formats
import ladder
import opened
import recorded
import sipvectors
import streamed
import vectors
from tool import Ktap, Tool


def find(directories, pattern):
    """Files by name; the first directory that has one counts."""
    found = {}
    for directory in directories:
        for path in glob.glob(os.path.join(directory, pattern)):
            found.setdefault(os.path.basename(path), path)
    return [found[name] for name in sorted(found)]


def main():
    nfim, directories = sys.argv[1], sys.argv[2:]
    ktap = Ktap()
    with tempfile.TemporaryDirectory(prefix="nfim-explain.") as directory:
        tool = Tool(os.path.abspath(nfim), directory)
        vectors.add(ktap, tool, find(directories, "msnp/*.json"),
                    find(directories, "msnp/scenarios.list"))
        sipvectors.add(ktap, tool, find(directories, "sip/*.json"),
                       find(directories, "sip/scenarios.list"))
        recorded.add(ktap, tool, find(directories, "captured/*.pcap"))
        formats.add(ktap, tool)
        streamed.add(ktap, tool)
        opened.add(ktap, tool)
        ladder.add(ktap, tool, find(directories, "captured/*.pcap"))
        return ktap.run()


if __name__ == "__main__":
    sys.exit(main())
