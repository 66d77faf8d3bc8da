# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# A switchboard connection whose client writes invitations in pieces; its server
# checks every byte. See ../tools/pieces.py.

pieces_py=$tools_dir/pieces.py

# Seconds for one client, and for each of its messages.
pieces_limit=90
pieces_patience=40

# start_pieces_server [OPTIONS]: the gateway's address as seen by the server is
# $outside, or $wan_addr.
start_pieces_server()
{
	start server "$srv" "${python[@]}" "$pieces_py" server \
		--bind "$srv_addr" --outside "${outside:-$wan_addr}" "$@"
	wait_said server ready || bail_out "the server does not start"
	pieces_seen=0
	pieces_policy yes >/dev/null || bail_out "no policy"
}

# pieces_policy yes|no: whether to hold. Many connections announce the same port.
pieces_policy()
{
	cat >"$tmp/pieces.conf" <<-END
	policy "pieces" {
		default = yes
		hold = $1
		host-limit = 1000
		application file-transfer {
			verdict = allow
			protocol = { tcp }
			inside = { 6891 }
			outside = { 6891-9999 }
			limit = 1000
			lifetime = 60
		}
	}
	END
	nfim policy load "$tmp/pieces.conf"
}

pieces_lines()
{
	grep -E '^(end|reset|corrupt) ' "$tmp/server.log"
}

pieces_over()
{
	[ "$(pieces_lines | grep -c .)" -gt "$pieces_seen" ]
}

# stream_from NAMESPACE OPTIONS...: one connection. Sets how, edited, unedited,
# chats and rest to what the server says of it, and sent and longest (ms) to what
# the client says. Fails if either of them does.
stream_from()
{
	local where=$1 status

	shift
	how='' edited=0 unedited=0 chats=0 rest=0 sent=0 longest=0
	start client "$where" timeout "$pieces_limit" "${python[@]}" \
		"$pieces_py" client --server "$srv_addr" \
		--patience "$pieces_patience" "$@"
	finish client
	status=$?
	cat "$tmp/client.log"
	read_end || return 1
	return $status
}

# What the server said of the connection that has ended.
read_end()
{
	wait_for 20 pieces_over || return
	read -r how edited unedited chats rest <<-END
	$(pieces_lines | tail -n +$((pieces_seen + 1)) | head -n 1)
	END
	pieces_seen=$((pieces_seen + 1))
	sent=$(word client sent 2)
	longest=$(word client sent 6)
	echo "server: $how $edited edited, $unedited not, $chats chat, $rest over"
}

stream()
{
	stream_from "$lan1" "$@"
}

# row NAME MISSED MS OPTIONS...: a connection of the next run_rows. At most MISSED
# of its invitations are not edited, see whole(), and no message takes longer than
# MS; "-" is any number.
row_name=() row_missed=() row_ms=() row_options=()
row()
{
	row_name+=("$1") row_missed+=("$2") row_ms+=("$3")
	shift 3
	row_options+=("$*")
}

rows_over()
{
	[ "$(pieces_lines | grep -c .)" -ge $((pieces_seen + ${#row_name[@]})) ]
}

# judge_row N: what became of it, in the variables of stream_from().
judge_row()
{
	local n=$(($1 + 1)) missed=${row_missed[$1]} ms=${row_ms[$1]}
	local line word repeats

	sent=0 longest=0 took=0 edited=0
	line=$(grep -E '^(sent|failed)' "$tmp/client.log" | sed -n "${n}p")
	echo "client: $line"
	read -r how edited unedited chats rest <<-END
	$(pieces_lines | tail -n +$((pieces_seen + n)) | head -n 1)
	END
	echo "server: $how $edited edited, $unedited not, $chats chat, $rest over"
	# shellcheck disable=SC2034
	read -r word sent _ _ _ longest _ took _ _ _ repeats <<<"$line"
	if [ "$word" != sent ] || [ "$how" != end ] || [ "$rest" != 0 ] ||
	   [ $((edited + unedited + chats)) != "$sent" ]; then
		return 1
	fi
	[ "$missed" = - ] || missed=$((missed + 3 * repeats))
	echo "may miss $missed"
	[ "$missed" = - ] || [ "$unedited" -le "$missed" ] || return
	[ "$ms" = - ] || [ "${longest%.*}" -le "$ms" ]
}

# run_rows [NAMESPACE]: all of them, one after the other, by one client; a case
# for each. Sets rows_edited and rows_seconds to what all have together.
run_rows()
{
	local i

	printf '%s\n' "${row_options[@]}" >"$tmp/rows"
	start client "${1:-$lan1}" timeout $((pieces_limit * 2)) \
		"${python[@]}" "$pieces_py" client --server "$srv_addr" \
		--patience "$pieces_patience" --rows "$tmp/rows"
	finish client
	wait_for 20 rows_over
	rows_edited=0 rows_seconds=0
	for i in "${!row_name[@]}"; do
		check "${row_name[$i]}" judge_row "$i"
		rows_edited=$((rows_edited + edited))
		rows_seconds=$(awk -v a="$rows_seconds" -v b="$took" \
			'BEGIN { print a + b }')
		[ -z "$rows_tell" ] ||
			diag "$edited edited, $unedited not; longest $longest ms"
	done
	pieces_seen=$((pieces_seen + ${#row_name[@]}))
	row_name=() row_missed=() row_ms=() row_options=()
}
rows_tell=

# patient NAMESPACE: its TCP repeats nothing because the machine is slow;
# "impatient" as usual. A repeat would end the holding of a message.
patient()
{
	in_ns "$1" bash -c 'echo 0 >/proc/sys/net/ipv4/tcp_early_retrans' &&
		each_route "$1" rto_min 5s
}

impatient()
{
	in_ns "$1" bash -c 'echo 3 >/proc/sys/net/ipv4/tcp_early_retrans' &&
		each_route "$1"
}

each_route()
{
	local where=$1 family route

	shift
	for family in -4 -6; do
		ip -n "$where" $family route show default |
			sed 's/ rto_min \(lock \)*[0-9a-z]*//' |
			while read -r route; do
				# shellcheck disable=SC2086
				ip -n "$where" $family route replace $route "$@"
			done
	done
}

# intact OPTIONS...: everything arrives, edited or not.
intact()
{
	stream "$@" && [ "$how" = end ] && [ "$rest" = 0 ] &&
		[ $((edited + unedited + chats)) = "$sent" ]
}

# repeats NAMESPACE: segments that its TCP has sent again so far.
repeats()
{
	in_ns "$1" cat /proc/net/snmp |
		awk '$1 == "Tcp:" && $2 ~ /^[0-9]/ { print $13 }'
}

# whole MISSED OPTIONS...: and at most so many invitations are not edited. Where
# the machine stands still for a moment a sender repeats what is on its way; a
# repeat costs the message that it is part of, and maybe the two after it.
whole()
{
	local missed=$1 before

	shift
	before=$(repeats "$lan1")
	intact "$@" || return
	missed=$((missed + 3 * ($(repeats "$lan1") - before)))
	echo "may miss $missed"
	[ "$unedited" -le "$missed" ]
}

# Nothing is held back once all is said.
nothing_held()
{
	stat_is held-bytes 0
}

# Packets that conntrack thought to be wrong.
invalid_packets()
{
	in_ns "$gw" conntrack -S |
		grep -o '[^_]invalid=[0-9]*' | awk -F= '{ n += $2 } END { print n }'
}

# masquerade6: for "setup_topology masq v6".
masquerade6()
{
	in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses the rules"
	table ip6 nat {
		chain post {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "wan" masquerade
		}
	}
	END
}

# sysctls NAMESPACE NAME=VALUE...
sysctls()
{
	local where=$1 setting

	shift
	for setting; do
		in_ns "$where" bash -c \
			"echo ${setting#*=} >/proc/sys/net/ipv4/${setting%=*}" ||
			return
	done
}

old_stack()
{
	sysctls "$lan1" tcp_sack=0 tcp_timestamps=0 tcp_early_retrans=0 \
		tcp_recovery=0 &&
	ip -n "$lan1" route replace default via "$lan_gw" initcwnd 2 \
		rto_min 300ms
}

new_stack()
{
	sysctls "$lan1" tcp_sack=1 tcp_timestamps=1 tcp_early_retrans=3 \
		tcp_recovery=1 &&
	ip -n "$lan1" route replace default via "$lan_gw"
}
