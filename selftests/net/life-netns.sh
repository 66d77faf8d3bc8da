#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 1200
#
# A gateway's namespace goes, again and again, in the middle of a transfer that is
# announced, held back, or connected. Nothing is left of it.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#                                                    +- bob (peer)

. "$(dirname "$0")/lib.sh"

rounds=${ROUNDS:-8}

# one_life N: how far the transfer comes depends on the number.
one_life()
{
	suffix=$$-$RANDOM
	lan1=lan1-$suffix lan2=lan2-$suffix gw=gw-$suffix
	rt=rt-$suffix srv=srv-$suffix peer=peer-$suffix
	all_ns="$lan1 $lan2 $gw $rt $srv $peer"
	setup_topology masq
	gateway_rules masq
	attach_helper
	start_server
	make_file 30000000
	case $(($1 % 3)) in
	0)
		begin_transfer "$lan1" "$peer" -- --pause &&
			wait_said receive paused && expected 6891
		;;
	1)
		begin_transfer "$lan1" "$peer" && wait_said receive accept &&
			wait_for 20 connected_now
		;;
	2)
		half_a_message
		;;
	esac || return
	# shellcheck disable=SC2086
	printf 'netns del %s\n' $gw ${all_ns/$gw/} | ip -b -
	stop send
	stop receive
	stop half
	stop server
	topology_made=
}

connected_now()
{
	[ "$(stat_get connected)" -ge 1 ]
}

# A message whose end does not come is held back.
half_a_message()
{
	start half "$lan1" "${python[@]}" -c '
import socket, sys, time
s = socket.create_connection((sys.argv[1], 1863))
s.sendall(b"USR 1 bob@example.com 1115000001.20001\r\n")
print(s.recv(100), flush=True)
s.sendall(b"MSG 2 N 300\r\nMIME-Version: 1.0\r\nContent-Type: "
          b"text/x-msmsgsinvite; charset=UTF-8\r\n\r\nInvitation-")
sys.stdin.readline()' "$srv_addr"
	wait_for 20 holds
}

holds()
{
	[ "$(stat_get held-bytes)" -gt 0 ] || [ "$(stat_get remembered-connections)" -gt 0 ]
}

load_module
first=$suffix
echo "nfim test $first" >/dev/kmsg
remember_slabs nf_conntrack nf_conntrack_expect 'nfim_*'
plan $((rounds + ${#slabs[@]} + 2))
for ((i = 1; i <= rounds; i++)); do
	check "life $i begins, and ends amid it" one_life $i
done
check_slabs 60 32
check "module unloads" unload_module
suffix=$first
check "kernel log is clean" dmesg_clean
done_testing
