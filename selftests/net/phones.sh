# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# SIP phones in the namespaces, after lib.sh: baresip with real audio, sipp for
# messages that no phone would send at the wanted moment.

# Where phones get and log what they need; baresip wants a directory for each.
phone_dir=$tmp/phones
patience_phone=40

need_phones()
{
	local tool

	for tool in baresip sipp; do
		command -v "$tool" >/dev/null || skip_all "needs $tool"
	done
}

# --- rules -----------------------------------------------------------------

# sip_rules HELPER: what may come in because of it; after gateway_rules.
sip_rules()
{
	in_ns "$gw" nft -f - <<-END || bail_out "nft refuses the rules"
	table inet filter {
		counter media { }
		counter signalling { }
		chain sip {
			ct state related ct helper "$1" meta l4proto { tcp, udp } th dport 5060 counter name signalling accept
			ct state related ct helper "$1" udp dport 1024-65535 counter name media accept
			ct state related ct helper "$1" tcp dport 1024-65535 counter name media accept
		}
	}
	insert rule inet filter forward jump sip
	END
}

# attach_sip HELPER [INTERFACE]: SIP from there gets the helper.
attach_sip()
{
	in_ns "$gw" nft -f - <<-END || bail_out "nft refuses the helper"
	table inet helpers {
		ct helper sipu {
			type "$1" protocol udp;
		}
		ct helper sipt {
			type "$1" protocol tcp;
		}
		chain pre {
			type filter hook prerouting priority mangle; policy accept;
			iifname "${2:-lan}" udp dport 5060 ct helper set "sipu"
			iifname "${2:-lan}" tcp dport 5060 ct helper set "sipt"
		}
	}
	END
}

# attach_sip_outside: calls from outside get it as well; after attach_sip.
attach_sip_outside()
{
	in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses the helper"
	add rule inet helpers pre iifname wan udp dport 5060 ct helper set "sipu"
	add rule inet helpers pre iifname wan tcp dport 5060 ct helper set "sipt"
	END
}

# A connection keeps the helper that it began with, or none.
forget_connections()
{
	in_ns "$gw" conntrack -F >/dev/null 2>&1
}

# forward_sip ADDRESS: calls from outside reach that host.
forward_sip()
{
	in_ns "$gw" nft -f - <<-END || bail_out "nft refuses the forwarding"
	table ip forward_sip {
		chain pre {
			type nat hook prerouting priority dstnat; policy accept;
			iifname "wan" udp dport 5060 dnat to $1
			iifname "wan" tcp dport 5060 dnat to $1
		}
	}
	insert rule inet filter forward ct status dnat meta l4proto { tcp, udp } th dport 5060 accept
	END
}

media_packets()
{
	in_ns "$gw" nft list counter inet filter media |
		awk '$1 == "packets" { print $2 }'
}

# --- baresip ---------------------------------------------------------------

make_tone()
{
	[ -e "$tmp/tone.wav" ] && return
	"${python[@]}" - "$tmp/tone.wav" <<-'END'
	import array, sys, wave
	with wave.open(sys.argv[1], "wb") as w:
	    w.setnchannels(1)
	    w.setsampwidth(2)
	    w.setframerate(8000)
	    wave = [6000 if i % 18 < 9 else -6000 for i in range(8000)]
	    w.writeframes(array.array("h", wave * 300).tobytes())
	END
}

# phone NAME NAMESPACE ADDRESS [OPTION=VALUE...] [-- BARESIP OPTIONS...]: a phone
# that takes calls at once. Options: answer=manual, rtp=LOW-HIGH, transport=tcp,
# port=N, server=ADDRESS (registers there), and lines for its configuration
# "config=TEXT".
phone()
{
	local name=$1 where=$2 addr=$3 dir=$phone_dir/$1 opt
	local answer=auto rtp=16384-16483 transport=udp port=5060 server='' more=''

	shift 3
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		case $1 in
		answer=*) answer=${1#*=} ;;
		rtp=*) rtp=${1#*=} ;;
		transport=*) transport=${1#*=} ;;
		port=*) port=${1#*=} ;;
		server=*) server=${1#*=} ;;
		config=*) more=${1#*=} ;;
		*) bail_out "phone: $1?" ;;
		esac
		shift
	done
	[ $# -gt 0 ] && shift
	make_tone
	mkdir -p "$dir"
	cat >"$dir/config" <<-END
	poll_method epoll
	sip_listen $addr:$port
	audio_player aubridge,a
	audio_alert aubridge,b
	audio_source aufile,$tmp/tone.wav
	rtp_ports $rtp
	net_interface eth0
	module_path $(baresip_modules)
	module g711.so
	module aufile.so
	module aubridge.so
	module_app account.so
	module_app menu.so
	statmode_default off
	$more
	END
	opt="regint=0"
	[ -z "$server" ] || opt="regint=60;outbound=\"sip:$server;transport=$transport\""
	echo "<sip:$name@${server:-$addr};transport=$transport>;$opt;answermode=$answer" \
		>"$dir/accounts"
	: >"$dir/contacts"
	start "$name" "$where" baresip -f "$dir" "$@"
	wait_said "$name" "baresip is ready" "$patience_phone"
}

baresip_modules()
{
	local dir

	for dir in /usr/lib/baresip/modules /usr/lib/*/baresip/modules; do
		[ -d "$dir" ] && echo "$dir" && return
	done
}

# call NAME NAMESPACE ADDRESS URI [as phone]: a phone that calls.
call()
{
	local name=$1 where=$2 addr=$3 uri=$4

	shift 4
	if [[ " $* " == *" -- "* ]]; then
		phone "$name" "$where" "$addr" "$@" -e "/dial $uri"
	else
		phone "$name" "$where" "$addr" "$@" -- -e "/dial $uri"
	fi
}

# talks NAME: the call stands. hears NAME: and audio arrives.
talks()
{
	wait_said "$1" "Call established" "$patience_phone"
}

hears()
{
	wait_said "$1" "incoming rtp for 'audio' established" \
		"${2:-$patience_phone}"
}

# heard_from NAME: where its audio comes from.
heard_from()
{
	sed -n "s/.*incoming rtp for 'audio' established, receiving from //p" \
		"$tmp/$1.log" | tail -n 1
}

# announced ADDRESS:PORT: nfim shows an endpoint there.
announced()
{
	nfim show | tee /dev/stderr | grep -q "${1//./\\.}"
}

# A phone with "config=module stdio.so" stays and is told what to do. dial NAME URI:
# it calls; what it and others have said is forgotten.
dial()
{
	local log

	for log in "$tmp"/*.log; do
		: >"$log"
	done
	echo "/dial $2" >&"${job_in[$1]}"
}

put_down()
{
	echo /hangup >&"${job_in[$1]}"
}

# Each endpoint is shown once: it waits, or somebody has come.
shown_once()
{
	nfim show | awk '$4 == "->" && seen[$3]++ { bad = 1 }
		$4 == "->" { n++ }
		END { exit bad || !n }'
}

# hang_up NAME: it ends its call and is gone.
hang_up()
{
	stop "$1"
}

is_over()
{
	wait_said "$1" "${2:-session closed}" "$patience_phone"
}

# rings [SECONDS]: alice calls bob, who is outside; both are heard within so long.
rings()
{
	local status=0

	# shellcheck disable=SC2086
	phone bob "$peer" "$peer_addr" &&
		call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" &&
		talks alice && hears alice ${1-} && hears bob ${1-} || status=1
	hang_up alice
	stop bob
	return $status
}

# --- what is left ------------------------------------------------------------

# Connections of media were removed because their call was over, and of what was
# expected none is left. Phones send a last word after that, which may make one of
# their own once more.
media_ended()
{
	stat_moved ended && wait_for 10 no_expected_media
}

no_expected_media()
{
	! in_ns "$gw" conntrack -L -p udp -u EXPECTED 2>/dev/null |
		grep -v "port=5060"
}

# Packets have come and gone for some seconds.
media_flow()
{
	in_ns "$gw" conntrack -L -p udp 2>/dev/null | grep ASSURED |
		grep -qv "port=5060"
}

# Within so many seconds; what there is instead is told.
media_begin()
{
	wait_for "$1" media_flow && return
	in_ns "$gw" conntrack -L -p udp
	nfim show
	return 1
}

no_media_flow()
{
	! media_flow
}

no_media_expected()
{
	if expectations | grep -v "class=1" | grep .; then
		nfim show
		return 1
	fi
}

# --- all that one program tries --------------------------------------------

# Sets $sip_world to what the programs of tools/sip_*.py have to be told.
set_sip_world()
{
	sip_world=(--suffix "$suffix"
		   --address lan1 "$lan1_addr" --address lan2 "$lan2_addr"
		   --address gw "$wan_addr" --address srv "$srv_addr"
		   --address peer "$peer_addr")
}

# sip_services OPTIONS...: what becomes of each is in $tmp/tried.
sip_services()
{
	set_sip_world
	"${python[@]}" "$tools_dir/sip_services.py" "${sip_world[@]}" "$@" \
		>"$tmp/tried" 2>"$tmp/tried.log"
}

# try_set NAME OPTIONS...: a case for each of what sip_services.py tries, counted
# in $tried.
tried=0
try_set()
{
	local name=$1 result what

	shift
	sip_services "$@"
	while read -r result what; do
		tried=$((tried + 1))
		check_is "${name:+$name: }$what" "$result" ok
	done <"$tmp/tried"
}

# sip_policy SED: the built-in policies, with that done to them.
sip_policy()
{
	nfim policy show --defaults | sed "$1" >"$tmp/sip.conf"
	nfim policy load "$tmp/sip.conf"
}

# --- a proxy ---------------------------------------------------------------

need_proxy()
{
	command -v kamailio >/dev/null || skip_all "needs kamailio"
}

# proxy NAMESPACE ADDRESS: registrar and proxy, over UDP and TCP.
proxy()
{
	start proxy "$1" kamailio -f "$net_dir/proxy.cfg" -DD -E \
		-L "$(echo /usr/lib/*/kamailio/modules)" -Y "$tmp" -m 16 -M 4 \
		-l "udp:$2:5060" -l "tcp:$2:5060"
	wait_for 60 proxy_listens "$1" || bail_out "the proxy does not start"
}

proxy_listens()
{
	[ "$(in_ns "$1" ss -Hlntu "sport = :5060" | grep -c .)" -ge 2 ]
}

# registered NAME: the phone is known there.
registered()
{
	wait_said "$1" "registered successfully" 60
}

# --- sipp ------------------------------------------------------------------

rtp_py=$tools_dir/rtp.py

# sipp_run NAME NAMESPACE ADDRESS SCENARIO [SIPP OPTIONS...]: in the background; its
# messages are in $tmp/NAME.msg.
sipp_run()
{
	local name=$1 where=$2 addr=$3 scenario=$4

	shift 4
	rm -f "$tmp/$name.msg"
	start "$name" "$where" sipp "$@" -sf "$net_dir/sipp/$scenario.xml" \
		-i "$addr" -mi "$addr" -p 5060 -nostdin -buff_size 200000 -trace_msg \
		-message_file "$tmp/$name.msg" -trace_err \
		-error_file "$tmp/$name.err.log" -timeout 120
}

# listens NAMESPACE PORT: somebody does, over UDP or TCP.
listens()
{
	in_ns "$1" ss -Hlnut "sport = :$2" | grep -q .
}

# sessions NAME: "CALL-ID ADDRESS PORT" of what sipp saw first of each call.
sessions()
{
	[ -e "$tmp/$1.msg" ] &&
		"${python[@]}" "$rtp_py" ports "$tmp/$1.msg" | sort
}

session_count()
{
	sessions "$1" | grep -c .
}

has_sessions()
{
	[ "$(session_count "$1")" -ge "$2" ]
}
