#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it costs to find the policy of a client when 1, 100, 1000 and 10000
# policies are loaded that speak of other clients, and how long loading takes.
# Durations of nfim_clients_policy() by the function graph tracer; medians, and
# their ratio to the first row. In a virtual machine:
#
#   selftests/vm/run.sh KERNEL selftests/bench/policy-lookup.sh

. "$(dirname "$0")/../net/lib.sh"

trace=/sys/kernel/tracing
offers=200

policies()
{
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "policy \"p%d\" { client = { \"C%d\" } " \
				"version = { %d.%d } }\n", i, i, i % 20, i % 7
	}'
	nfim policy show --defaults
}

begin_trace()
{
	echo nop >$trace/current_tracer
	echo nfim_clients_policy >$trace/set_graph_function
	echo 1 >$trace/max_graph_depth
	echo function_graph >$trace/current_tracer
	echo >$trace/trace
}

median()
{
	awk '/nfim_clients_policy/ { for (i = 1; i <= NF; i++)
		if ($i == "us") print $(i - 1) }' $trace/trace | sort -n |
		awk '{ v[NR] = $1 } END { print NR, v[int((NR + 1) / 2)] }'
}

load_module
setup_topology masq
gateway_rules masq
start_server
attach_helper
mount -t tracefs none $trace 2>/dev/null

first=
printf '%10s %12s %8s %12s %8s\n' policies "load (ms)" lookups "median (us)" ratio
for n in 1 100 1000 10000; do
	nfim policy flush >/dev/null
	policies $n >"$tmp/p.conf"
	begin=$(date +%s%N)
	nfim policy load "$tmp/p.conf" >/dev/null || exit 1
	end=$(date +%s%N)
	msn receive "$peer" many-receive --server "$srv_addr" --count $offers \
		--parallel 2 --patience 60
	wait_said receive online || exit 1
	begin_trace
	msn send "$lan1" many-send --server "$srv_addr" --count $offers \
		--parallel 2 --patience 60
	finish send
	finish receive
	read -r count us < <(median)
	first=${first:-$us}
	printf '%10d %12d %8d %12s %8s\n' $n $(((end - begin) / 1000000)) \
		"$count" "$us" "$(awk -v a="$us" -v b="$first" \
			'BEGIN { printf "%.2f", a / b }')"
done
