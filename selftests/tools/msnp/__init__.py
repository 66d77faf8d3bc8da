# SPDX-License-Identifier: GPL-2.0
"""Programs that speak MSNP like the real ones, for the tests."""
