#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# The module goes and comes while clients transfer files through it.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends all the time           masquerades         +- bob (peer)

. "$(dirname "$0")/lib.sh"

rounds=10

some_passed()
{
	[ "$(stat_get connected)" -ge 2 ]
}

load_module
file=$(module_file) || skip_all "needs the module as a file"
plan $((rounds * 3 + 2))
setup_topology masq
gateway_rules masq
start_server
attach_helper

msn many-receive "$peer" many-receive --server "$srv_addr" --count 100000 \
	--parallel 1 --tolerant
wait_said many-receive online
msn many-send "$lan1" many-send --server "$srv_addr" --count 100000 \
	--parallel 1 --per-chat 5 --size 2000 --tolerant

for ((i = 1; i <= rounds; i++)); do
	check "round $i: transfers pass" wait_for 30 some_passed
	detach_helper
	check "round $i: unloads under traffic" unload_module
	check "round $i: loads again" insmod "$file"
	attach_helper
done
check "transfers pass in the end" wait_for 30 some_passed
stop many-send
stop many-receive
check "kernel log is clean" dmesg_clean
done_testing
