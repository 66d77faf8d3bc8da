#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# Who may send to the port that a call opened, and when: a server of media at
# another address, before the call is taken, while it rings for long, on hold, at
# another port, and nobody else. TRANSPORT=t1 does it over TCP.
#
#   pbx (lan1) .2 -- gw 192.0.2.1 -- rt -+- media (srv) 198.51.100.10
#                    masquerades         +- trunk (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

transport=${TRANSPORT:-u1}

# utter FROM ADDRESS PORT TEXT: a datagram to that port of the gateway. A call
# does not wait for a program to start, so those that speak run all the time.
utter()
{
	echo "$2 30000 $wan_addr $3 $4" >&"${job_in[mouth-$1]}"
}

# arrives FROM ADDRESS PORT: a word to that port of the gateway is heard inside.
words=0
arrives()
{
	words=$((words + 1))
	utter "$1" "$2" "$3" "w$words"
	wait_for "${4:-5}" grep -q " w$words\$" "$tmp/ear.log"
}

passes()
{
	arrives "$@"
}

stays_out()
{
	! arrives "$@" 1
}

# begin CALLER CALLEE [OPTIONS OF THE CALLEE]: the caller goes on after $talk ms.
begin()
{
	local caller=$1 callee=$2

	shift 2
	forget_connections
	remember_stats
	sipp_run trunk "$peer" "$peer_addr" "$callee" -t "$transport" -key rtp 30000 \
		-key media "$srv_addr" "$@"
	wait_for 20 listens "$peer" 5060
	sipp_run pbx "$lan1" "$lan1_addr" "$caller" -t "$transport" "$peer_addr:5060" \
		-m 1 -d "${talk:-4000}" -inf "$tmp/ports"
	wait_seen trunk "^INVITE " 1
}

over()
{
	check "$1: the call ends well" finish pbx
	check "$1: nothing is expected any more" wait_for 10 no_media_expected
	stop trunk
}

# sent NAME TEXT [TIMES]: sipp has seen such a line so often.
seen()
{
	[ "$(grep -c "$2" "$tmp/$1.msg" 2>/dev/null)" -ge "${3:-1}" ]
}

wait_seen()
{
	wait_for 20 seen "$@"
}

load_module
need_phones
plan 33
setup_topology masq
gateway_rules masq
sip_rules imsip
attach_sip imsip
printf 'SEQUENTIAL\n40000;40100;\n' >"$tmp/ports"
start ear "$lan1" "${python[@]}" "$rtp_py" hear "$lan1_addr" 40000-40001 \
	40100-40101
wait_said ear ready
for where in "$srv" "$peer" "$rt"; do
	start "mouth-$where" "$where" "${python[@]}" "$rtp_py" speak
	wait_said "mouth-$where" ready
done

# The server's first word comes before anybody knows of it.
begin caller early -d 3000
wait_seen pbx "183 Session"
check "early: media may come before the call is taken" \
	passes "$srv" "$srv_addr" 40000
check "early: and its RTCP" passes "$srv" "$srv_addr" 40001
check "early: not from others" stays_out "$rt" "$rt_addr" 40000
wait_seen pbx "SIP/2.0 200" 1
check "early: from there afterwards" passes "$srv" "$srv_addr" 40000
over early
check "early: connections of the call are gone" media_ended
check "early: nothing passes any more" stays_out "$srv" "$srv_addr" 40000

begin caller ring -d 1000
wait_seen pbx "180 Ringing"
check "race: too early for media from elsewhere" \
	stays_out "$srv" "$srv_addr" 40000
check "race: not too early for a ringing tone" \
	passes "$peer" "$peer_addr" 40000
wait_seen pbx "SIP/2.0 200" 1
check "race: what came too early is in nobody's way" \
	passes "$srv" "$srv_addr" 40000
over race

# It rings for longer than an endpoint waits by itself.
cat >"$tmp/short.conf" <<-END
$(nfim policy show --defaults | sed 's/lifetime = 180/lifetime = 5/')
END
check "ringing: policy with a short lifetime" nfim policy load "$tmp/short.conf"
begin caller ring -d 2000
wait_seen pbx "180 Ringing" 6
check "ringing: it waits as long as it rings" expected 40000 "$wan_addr"
wait_seen pbx "SIP/2.0 200" 1
check "ringing: and lets media in then" passes "$srv" "$srv_addr" 40000
over ringing
nfim policy flush

begin mover moved
wait_seen trunk "^ACK" 1
check "hold: media pass" passes "$srv" "$srv_addr" 40000
wait_seen trunk "^ACK" 2
check "hold: nothing changes on hold" passes "$srv" "$srv_addr" 40000
wait_seen trunk "^ACK" 3
check "hold: nor when it is taken up again" passes "$srv" "$srv_addr" 40000
check_is "hold: all this was one announcement" \
	"$(grep -c 'm=audio 40000' "$tmp/trunk.msg")" 3
wait_seen trunk "^ACK" 4
check "hold: another port replaces it" passes "$srv" "$srv_addr" 40100
check "hold: the old one is closed" stays_out "$srv" "$srv_addr" 40000
over hold
check "hold: connections of the call are gone" media_ended

# Long enough for a slow machine to say a word before the caller gives up.
talk=8000
begin canceller cancelled
wait_seen pbx "180 Ringing"
check "cancel: a ringing tone passes" passes "$peer" "$peer_addr" 40000
over cancel
check "cancel: nothing passes any more" stays_out "$peer" "$peer_addr" 40000

for where in "$srv" "$peer" "$rt"; do
	stop "mouth-$where"
done
stop ear
detach_helper
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
