#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 7200
#
# Two gateways with conntrackd, keepalived and nfim-sync as in the examples: the one
# that works dies, again and again, at a moment that a fixed seed chooses. What it
# announced and the other one was told leads through the other; what flows goes on.
#
# NFIM_FAILOVERS says how often (50), NFIM_SEED which moments (1), NFIM_MOMENTS what
# may be going on ("idle announced flowing call").

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"
. "$net_dir/pair.sh"

rounds=${NFIM_FAILOVERS:-50}
RANDOM=${NFIM_SEED:-1}
patience=60

# rest MS: the moment that the seed chose.
rest()
{
	read -r -t "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))" \
		-u "$rest_fd" _
}

# told X PORT: the gateway X knows that the other one expects something there.
told()
{
	grep -qs "\"port\":$2[,}]" "$tmp/node-$1/expected"
}

# note TEXT: what a line of KTAP is to tell beside its verdict.
note()
{
	echo "# $*" >>"$tmp/notes"
}

# fall X OTHER: X dies, OTHER takes over.
fall()
{
	die "$1"
	gw=$2
	gw=gw_$gw gw=${!gw}
	wait_for 40 is_gateway "$2"
}

# Each moment: FROM dies in it, TO goes on.

# Nothing is announced: the next conversation goes through the other one.
moment_idle()
{
	rest "$3"
	fall "$1" "$2" && transfer "$lan1" "$peer" --style private
}

# The peer has the announcement and has not come.
moment_announced()
{
	local known=no

	begin_transfer "$lan1" "$peer" --style private -- --pause
	wait_said receive paused || return
	rest "$3"
	told "$2" 6891 && known=yes
	fall "$1" "$2" || return
	go receive
	if end_transfer; then
		note "the announced file came, told before: $known"
		return
	fi
	# Only what the other one was not told in time may be lost, and only that.
	[ $known = no ] || return
	note "the announced file was lost, not told in time"
	transfer "$lan1" "$peer" --style private
}

# The file is on its way.
moment_flowing()
{
	begin_transfer "$lan1" "$peer" --style private -- --pause
	wait_said receive paused && wait_for 20 told "$2" 6891 || return
	go receive
	rest "$3"
	fall "$1" "$2" && end_transfer
}

# talk: the peer of the call sends audio, ten words a second, until it is stopped.
talk()
{
	start talk "$peer" "${python[@]}" -c '
import select, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 30000))
n = 0
while not select.select([], [], [], 0.1)[0]:
    n += 1
    try:
        s.sendto(b"word%d" % n, (sys.argv[2], 40000))
    except OSError:     # nobody listens there
        pass
' "$peer_addr" "$wan_addr"
}

lines_heard()
{
	grep -c ' word' "$tmp/ear.log"
}

# heard NUMBER: more of it has arrived than that many lines.
heard()
{
	[ "$(lines_heard)" -gt "$1" ]
}

# Somebody was called and has answered; nobody has said a word, or both have.
moment_call()
{
	local status

	sipp_run trunk "$peer" "$peer_addr" callee -t u1 -key rtp 30000 \
		-key media "$peer_addr" -timeout 300
	wait_for 20 listens "$peer" 5060
	sipp_run pbx "$lan1" "$lan1_addr" caller -t u1 "$peer_addr:5060" \
		-m 1 -d 200000 -inf "$tmp/ports" -timeout 300
	wait_for 20 grep -qs "^ACK" "$tmp/trunk.msg" &&
		wait_for 20 told "$2" 40000 || return
	if [ $(($3 % 2)) = 0 ]; then
		talk
		wait_for 20 heard "$(lines_heard)" || return
		note "audio had begun"
	fi
	rest "$3"
	fall "$1" "$2" || return
	[ -n "${job_pid[talk]-}" ] || talk
	wait_for 20 heard "$(lines_heard)"
	status=$?
	stop talk
	stop pbx
	stop trunk
	return $status
}

load_module
need_pair
need_phones
plan $((rounds + 4))
setup_pair
pair_rules
on_both sip_rules imsip
on_both attach_helper
on_both attach_sip imsip
start_server
make_file 3000000
printf 'SEQUENTIAL\n40000;40100;\n' >"$tmp/ports"
start ear "$lan1" "${python[@]}" "$rtp_py" hear "$lan1_addr" 40000
wait_said ear ready
check "links are up" wait_for 20 links_up
start_node a b
check "the first gateway takes the addresses" wait_for 40 is_gateway a

from=a to=b
read -r -a moments <<<"${NFIM_MOMENTS:-idle announced flowing call announced}"
for ((round = 1; round <= rounds; round++)); do
	if [ $round = 1 ]; then
		start_node $to $from
	else
		come_back $to $from
	fi
	wait_for 40 became $to backup && wait_for 20 linked $from $to ||
		bail_out "$to does not wait"
	moment=${moments[RANDOM % ${#moments[@]}]} after=$((RANDOM % 1500))
	check "$round: $from dies $after ms into: $moment" \
		"moment_$moment" $from $to $after
	cat "$tmp/notes" 2>/dev/null
	rm -f "$tmp/notes"
	[ $from = a ] && from=b to=a || from=a to=b
done
die a
die b
stop server
on_both detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
