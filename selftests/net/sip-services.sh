#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 600
#
# Calls that are held, heard early, cancelled, or go on as fax (T.38), a whiteboard
# (T.120), files of Windows Messenger and Communicator; over UDP and over TCP. TLS
# passes untouched, and nfim check says that nobody can read it. sip-loss.sh does the
# same where packets get lost.
#
#   alice (lan1) .2 -- gw 192.0.2.1 -- rt -- bob (srv) 198.51.100.10
#                      masquerades

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

services=9

# try TRANSPORT: a case for each service.
try()
{
	tried=0
	try_set "${1^^}" --transport "$1"
	check_is "${1^^}: all were tried" "$tried" "$services"
}

tls_hint()
{
	nfim check | grep "^hint .*port 5061"
}

load_module
if [ "${LOSS-}" = yes ]; then
	need_tools tc
	modprobe -q sch_netem || skip_all "no netem"
	plan $((services + 5))
else
	plan $((2 * (services + 1) + 6))
fi
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
nfim policy show --defaults |
	sed '/application image/i application whiteboard { inside = { 1503 } }' \
	>"$tmp/services.conf"
check "policy with whiteboards" nfim policy load "$tmp/services.conf"
if [ "${LOSS-}" = yes ]; then
	check "packets get lost" lossy_path lan
	try tcp
else
	try udp
	try tcp
	check_not "no hint without TLS" tls_hint
	try_set "to 5061" --set tls
	check "a hint that it cannot be read" tls_hint
fi
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
