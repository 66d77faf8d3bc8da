# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# Two clients of which one listens and the other goes there: direct connections,
# webcams, sessions. See ../tools/msnp/peers.py.

# Seconds until a connection that nothing lets through is given up.
hopeless=4

# begin_meeting KIND FROM TO [LISTEN OPTIONS] -- [CONNECT OPTIONS]: "listen" in
# namespace FROM tells "connect" in namespace TO where it is.
begin_meeting()
{
	local kind=$1 from=$2 to=$3 there=()

	shift 3
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		there+=("$1")
		shift
	done
	[ $# -gt 0 ] && shift
	# Whoever is called, or notified, must be online first.
	if [[ $kind != cases && " ${there[*]} " == *" "@(uun|sdg)" "* && " $* " == *" --inviting "* ]]; then
		listen "$kind" "$from" "${there[@]}" || return
		connect "$kind" "$to" "$@"
	else
		connect "$kind" "$to" "$@" || return
		listen "$kind" "$from" "${there[@]}"
	fi
}

listen()
{
	local kind=$1 where=$2

	shift 2
	msn listen "$where" listen "$kind" --server "$srv_addr" \
		--patience "$patience" "$@"
	wait_said listen online
}

connect()
{
	local kind=$1 where=$2

	shift 2
	msn connect "$where" connect "$kind" --server "$srv_addr" \
		--patience "$patience" --connect-patience "$hopeless" "$@"
	wait_said connect online
}

# end_meeting: succeeds if both sides are content: they check all that they get.
end_meeting()
{
	local listened connected

	finish listen
	listened=$?
	finish connect
	connected=$?
	cat "$tmp/listen.log" "$tmp/connect.log"
	[ $listened = 0 ] && [ $connected = 0 ]
}

# The same in one.
meet()
{
	begin_meeting "$@" && end_meeting
}

# not_met KIND ...: the announcement arrives, but nothing leads to the listener.
not_met()
{
	! meet "$@" && said connect "cannot connect"
}

# paused KIND FROM TO ... -- ...: as far as the announcement.
paused()
{
	begin_meeting "$@" --pause && wait_said connect paused
}

# over: lets it go on.
over()
{
	go connect
	end_meeting
}

# told: the place where the connecting side was told to try first.
told()
{
	word connect told 2
}

# allow_all: policies with everything that tests want.
allow_all()
{
	cat >"$tmp/all.conf" <<-END
	policy "all" {
		default = yes
		host-limit = 512
		application file-transfer { inside = { 6891-6901 } }
		application switchboard { inside = { 1024-65535 } limit = 512 }
		application direct {
			inside = { 6891-6901, 1025-5000, 32768-65535 }
			limit = 256
			lifetime = ${1:-60}
		}
		application webcam { inside = { 6891-6901, 1025-5000 } }
		application voice {
			protocol = { tcp, udp }
			inside = { 6901, 1025-65535 }
		}
		application whiteboard { inside = { 1503 } }
		application app-sharing { inside = { 1503, 1025-65535 } }
		application remote-assistance { inside = { 3389 } }
		application netmeeting { inside = { 1720, 1503 } }
		application game {
			protocol = { tcp, udp }
			inside = { 1025-65535 }
		}
	}
	END
	nfim policy load "$tmp/all.conf"
}

# refuse_all: policies with nothing but switchboards.
refuse_all()
{
	cat >"$tmp/none.conf" <<-END
	policy "none" {
		default = yes
		application switchboard { inside = { 1863 } limit = 512 }
		application direct {
			verdict = refuse
			inside = { 1025-65535 }
		}
	}
	END
	nfim policy load "$tmp/none.conf"
}

# allow_udp: what is expected may be UDP as well.
allow_udp()
{
	in_ns "$gw" nft -f - <<-'END'
	table inet filter {
		chain forward {
			ct state related ct helper "msnp" udp dport 1024-65535 counter name related accept
		}
	}
	END
}
