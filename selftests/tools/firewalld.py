#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Puts a configuration of firewalld in force, in this network namespace.

  firewalld.py CONFIG DEFAULTS

CONFIG is what /etc/firewalld is on a system, DEFAULTS /usr/lib/firewalld. The
code is that of the daemon; nothing stays running, and no bus is needed.
"""

import sys

from firewall import config

config.set_system_config_paths(sys.argv[1])
config.set_default_config_paths(sys.argv[2])

# pylint: disable=wrong-import-position
from firewall.core.fw import Firewall
from firewall.errors import FirewallError

try:
    Firewall().start()
except FirewallError as error:
    sys.exit(str(error)[:500])
