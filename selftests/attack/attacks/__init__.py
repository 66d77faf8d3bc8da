# SPDX-License-Identifier: GPL-2.0
"""Attacks on conntrack helpers, and what becomes of them."""
