#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it costs to find the policy of a client when 1, 100, 1000 and 10000
# policies are loaded that speak of others: of other clients, of other versions of
# the same client, of other dialects, or of other agents; and how long loading
# takes. Durations by the function graph tracer, of which the tenth percentile is
# shown, because a busy machine can only make them longer; for
#
#   search   nfim_policy_number(): once for each login that tells something new
#   offer    nfim_clients_policy_of(): for each offer
#
# and their ratios to the first row of the same kind. In a virtual machine:
#
#   selftests/vm/run.sh -t 900 KERNEL selftests/bench/policy-lookup.sh [KIND...]

. "$(dirname "$0")/../net/lib.sh"

trace=/sys/kernel/tracing
logins=100
offers=100
kinds=(client version dialect agent)
[ $# = 0 ] || kinds=("$@")

# policies KIND NUMBER: the client of this test is MSNMSGR 6.1.x of MSNP8.
policies()
{
	awk -v kind="$1" -v n="$2" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "policy \"p%d\" { ", i
			if (kind == "client")
				printf "client = { \"C%d\" }", i
			else if (kind == "version")
				printf "client = { MSNMSGR } version = " \
					"{ 7.%d.%d, 5.%d.%d }", i / 100,
					i % 100, i / 100, i % 100
			else if (kind == "dialect")
				printf "version = { 6.%d } dialect = MSNP%d-",
					2 + i % 60000, 9 + i % 9
			else
				printf "agent = \"UA%04x phone\"", i
			print " }"
		}
	}'
	nfim policy show --defaults
}

# Says CVR so many times, another version each time.
cat >"$tmp/logins.py" <<'END'
import socket, sys

server, count = sys.argv[1], int(sys.argv[2])
for i in range(count):
    s = socket.create_connection((server, 1863), timeout=20)
    for line in ("VER 1 MSNP8 CVR0", "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR "
                 "6.1.%d MSMSGS a@example.com" % i):
        s.sendall(line.encode() + b"\r\n")
        while not s.recv(500).endswith(b"\n"):
            pass
    s.close()
END

# traced FUNCTION COMMAND...: how often it was called, and for how many us.
traced()
{
	local function=$1

	shift
	echo nop >$trace/current_tracer
	echo 0 >$trace/tracing_on
	# This one only: all others would be patched too, at a cost.
	echo "$function" >$trace/set_ftrace_filter
	echo function_graph >$trace/current_tracer
	echo >$trace/trace
	echo 1 >$trace/tracing_on
	"$@" >"$tmp/traced.log" 2>&1 || bail_out "$(cat "$tmp/traced.log")"
	echo 0 >$trace/tracing_on
	sed -n "s/.* \([0-9.]*\) us .*$function.*/\1/p" $trace/trace | sort -n |
		awk '{ v[NR] = $1 } END { print NR, v[int((NR + 9) / 10)] }'
}

log_in()
{
	in_ns "$lan1" timeout 120 "${python[@]}" "$tmp/logins.py" \
		"$srv_addr" $logins
}

transfers()
{
	msn receive "$peer" many-receive --server "$srv_addr" --count $offers \
		--patience 60
	wait_said receive online || return
	msn send "$lan1" many-send --server "$srv_addr" --count $offers \
		--per-chat 25 --size 100 --patience 60 --client MSNMSGR 6.1.0203
	finish send && finish receive
}

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

row='%-8s %8s %9s %7s %11s %6s %7s %10s %6s\n'

# measure KIND NUMBER
measure()
{
	local load search offer

	nfim -q policy flush
	policies "$1" "$2" >"$tmp/p.conf"
	load=$(date +%s%N)
	nfim -q policy load "$tmp/p.conf" || bail_out "not loaded"
	load=$((($(date +%s%N) - load) / 1000000))
	read -r -a search < <(traced nfim_policy_number log_in)
	read -r -a offer < <(traced nfim_clients_policy_of transfers)
	[ "${#search[@]}/${#offer[@]}" = 2/2 ] || bail_out "no durations"
	first_search=${first_search:-${search[1]}}
	first_offer=${first_offer:-${offer[1]}}
	# shellcheck disable=SC2059
	printf "$row" "$1" "$2" "$load" \
		"${search[@]}" "$(ratio "${search[1]}" "$first_search")" \
		"${offer[@]}" "$(ratio "${offer[1]}" "$first_offer")"
}

load_module
setup_topology masq
gateway_rules masq
start_server
attach_helper
echo 16384 >/proc/sys/net/netfilter/nf_conntrack_expect_max
# Who listens has each login answered by a search.
start monitor "$gw" "$(nfim_tool)" -q monitor
wait_for 20 said monitor watching

echo "$(uname -r), $(date +%F)"
# shellcheck disable=SC2059
printf "$row" others policies 'load (ms)' logins 'search (us)' ratio \
	offers 'offer (us)' ratio
for kind in "${kinds[@]}"; do
	first_search='' first_offer=''
	for n in 1 100 1000 10000; do
		measure "$kind" "$n"
	done
done
