# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# MSN clients and servers in the namespaces, and what the gateway says of them.

tools_dir=$net_dir/tools
[ -d "$tools_dir" ] || tools_dir=$net_dir/../tools
msn_py=$tools_dir/msn.py
python=(/usr/bin/python3 -S)

# One that has started already, if its client is built.
if [ -x "$root_dir/build/tools/warm" ]; then
	"${python[@]}" "$tools_dir/warm.py" "$tmp/warm" msnp.cli \
		</dev/null >"$tmp/warm.log" 2>&1 &
	warm_pid=$!
	python=("$root_dir/build/tools/warm" "$tmp/warm")
fi

# Seconds for each step of a transfer.
patience=20

# msn NAME NAMESPACE MODE OPTIONS...: one of msn.py's modes in the background.
msn()
{
	local name=$1 where=$2

	shift 2
	start "$name" "$where" "${python[@]}" "$msn_py" "$@"
}

# start_server [OPTIONS]
start_server()
{
	msn server "$srv" server --bind "$srv_addr" "$@"
	wait_said server ready || bail_out "the server does not start"
}

# The server saw nothing but proper MSNP.
server_content()
{
	! said server corrupt && ! said server truncated
}

make_file()
{
	head -c "$1" /dev/urandom >"$tmp/sent"
	rm -f "$tmp/received"
}

# begin_transfer FROM TO [SEND OPTIONS] -- [RECEIVE OPTIONS]: starts "receive" in
# namespace TO and, when that is online, "send" in namespace FROM.
begin_transfer()
{
	local from=$1 to=$2 send=()

	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		send+=("$1")
		shift
	done
	[ $# -gt 0 ] && shift
	rm -f "$tmp/received"
	msn receive "$to" receive --server "$srv_addr" --out "$tmp/received" \
		--patience "$patience" "$@"
	wait_said receive online || return
	msn send "$from" send --server "$srv_addr" --file "$tmp/sent" \
		--patience "$patience" "${send[@]}"
}

# end_transfer: succeeds if both sides did and the file is the same.
end_transfer()
{
	local sent received

	finish send
	sent=$?
	finish receive
	received=$?
	[ $sent = 0 ] && [ $received = 0 ] &&
		cmp -s "$tmp/sent" "$tmp/received"
}

# The same in one, for check and check_not.
transfer()
{
	begin_transfer "$@" && end_transfer
}

# blocked WHO FROM TO ...: a transfer that fails as "send" or "receive" (WHO) cannot
# connect to what was announced, and for no other reason.
blocked()
{
	local who=$1

	shift
	! transfer "$@" && said "$who" "cannot connect"
}

# can_connect NAMESPACE ADDRESS PORT
can_connect()
{
	in_ns "$1" timeout 1 bash -c "exec 3<>/dev/tcp/$2/$3"
}

# --- what the gateway says -------------------------------------------------

nfim_tool()
{
	local tool

	for tool in "${NFIM_TOOL-}" "$root_dir/userspace/nfim" \
		    "$root_dir/build/nfim" "$(type -P nfim)"; do
		[ -x "$tool" ] && [ -f "$tool" ] && echo "$tool" && return
	done
	return 1
}

nfim()
{
	in_ns "$gw" "$(nfim_tool)" "$@"
}

# stat NAME: a counter of the gateway.
stat_get()
{
	nfim -j stats | stat_of "$1"
}

# stat_of NAME: the same, from what `nfim -j stats` says at standard input.
stat_of()
{
	tr ',{}' '\n\n\n' |
		awk -F '[":, ]+' -v name="$1" '$2 == name { print $3 }'
}

# stat_is NAME WANTED
stat_is()
{
	[ "$(stat_get "$1")" = "$2" ]
}

# remember_stats: for stat_moved NAME [BY], which compares with then.
remember_stats()
{
	nfim -j stats | tr ',{}' '\n\n\n' >"$tmp/stats"
}

stat_moved()
{
	local before now

	before=$(awk -F '[":, ]+' -v name="$1" '$2 == name { print $3 }' \
		 "$tmp/stats")
	now=$(stat_get "$1")
	echo "$1: $before -> $now"
	[ -n "$before" ] && [ -n "$now" ] || return
	if [ -n "${2-}" ]; then
		[ $((now - before)) = "$2" ]
	else
		[ "$now" -gt "$before" ]
	fi
}

expectations()
{
	local family=ipv4

	[[ $lan_gw == *:* ]] && family=ipv6
	in_ns "$gw" conntrack -f $family -L expect 2>/dev/null
}

expect_count()
{
	expectations | grep -c .
}

# expected PORT [ADDRESS]: there is an expectation for that, as seen from outside.
expected()
{
	expectations | grep "dport=$1\( \|\$\)" | grep -q "dst=${2-}"
}

# A switchboard stays expected for a while: a client goes there often.
no_transfer_expected()
{
	! expectations | grep -v "class=1" | grep -q .
}

no_expectations()
{
	[ "$(expect_count)" = 0 ]
}
