#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""MSN Messenger's part in the tests; see msnp/cli.py, or --help."""

import sys

# A module is compiled once, a script each time: so this is short.
from msnp.cli import main

if __name__ == "__main__":
    sys.exit(main())
