#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# The version of a client picks its policy: seen in `nfim show clients` and in
# what is opened. Another set takes effect at once and breaks nothing.
#
#   lan1, lan2 -- gw 192.0.2.1 -- rt -+- server
#   send          policies            +- peer, receives

. "$(dirname "$0")/lib.sh"

# One policy for 6.x, another for 4.x, and a default that refuses.
policies()
{
	cat <<-END
	policy "six" {
		client = { MSNMSGR }
		version = { 6.0-6.2 }
		application file-transfer {
			verdict = allow
			protocol = { tcp }
			inside = { 6891-6893 }
			outside = { $1 }
			limit = 3
			lifetime = 60
		}
	}
	policy "four" {
		client = { MSMSGS }
		version = { 4 }
		application file-transfer {
			verdict = allow
			protocol = { tcp }
			inside = { 6891-6900 }
			outside = { 6900 }
			limit = 1
			lifetime = 30
		}
	}
	policy "others" {
		default = yes
	}
	END
}

# as CLIENT VERSION: a transfer by that client as far as the announcement.
as()
{
	begin_transfer "$lan1" "$peer" --style private --client "$1" "$2" -- \
		--pause || return
	wait_said receive paused
}

over()
{
	go receive
	end_transfer
}

client_has()
{
	nfim show clients | grep "$1" | tee /dev/stderr | grep -q "$2"
}

outside_port()
{
	word receive accept 3
}

load_policies()
{
	policies "$1" >"$tmp/p.conf"
	nfim policy load "$tmp/p.conf"
}

# Two hundred small transfers, each with a chat of its own, while the set is
# changed again and again.
transfers_during_reloads()
{
	msn receive "$peer" many-receive --server "$srv_addr" --count 200 \
		--parallel 5
	wait_said receive online || return
	msn send "$lan1" many-send --server "$srv_addr" --count 200 \
		--parallel 5 --per-chat 1 --size 500
	reloads=0
	while kill -0 "${job_pid[send]}" 2>/dev/null; do
		nfim -q policy flush && nfim -q policy load "$tmp/all.conf" ||
			return
		reloads=$((reloads + 1))
	done
	finish send && finish receive
}

# The second host finds the namespace full: one endpoint for all hosts.
full_for_another_host()
{
	as MSNMSGR 6.1.0203 || return
	remember_stats
	msn receive2 "$peer" receive --server "$srv_addr" --as dave --pause
	wait_said receive2 online || return
	msn send2 "$lan2" send --server "$srv_addr" --as carol --to dave \
		--client MSNMSGR 6.1.0203 \
		--file "$tmp/sent" --listen-port 6892
	wait_said receive2 paused || return
	stat_moved refused-net-limit 1
}

# warns FILE LINE NAME: loading it tells that this policy is never chosen.
warns()
{
	nfim policy load --check "$1" 2>&1 |
		grep -F "$1:$2:1: warning: policy '$3' is never chosen"
}

# Every set that comes with the tool, and the examples of its man page.
kernel_takes_all()
{
	local n=0 file

	mkdir "$tmp/sets" || return
	cp "$root_dir"/userspace/policies/*.conf "$tmp/sets" || return
	awk -v dir="$tmp/sets" '/^# EXAMPLES/ { on = 1 } /^# FILES/ { on = 0 }
		on && /^```$/ { if (in_code = !in_code) n++; next }
		on && in_code { print >(dir "/example-" n ".conf") }
		' "$root_dir/userspace/man/nfim.conf.5.scd"
	for file in "$tmp"/sets/*.conf; do
		# Named sets of ports are no policies.
		[ "${file##*/}" != port-sets.conf ] || continue
		nfim policy load "$file" && nfim policy diff "$file" || return
		n=$((n + 1))
	done
	echo "# $n files"
	[ -e "$tmp/sets/example-3.conf" ] && [ "$n" -ge 19 ]
}

# A thousand in one go, of which the last one is alice's.
thousand()
{
	local i begin

	for ((i = 1; i < 1000; i++)); do
		echo "policy \"p$i\" { client = { C$i } application file-transfer {" \
			"inside = { 6891-6900 } } }"
	done >"$tmp/thousand.conf"
	echo 'policy "mine" { client = { MSNMSGR } version = { 6 }' \
		'application file-transfer { inside = { 6891-6900 } } }' \
		>>"$tmp/thousand.conf"
	begin=$(date +%s%N)
	nfim policy load "$tmp/thousand.conf" || return
	loaded=$((($(date +%s%N) - begin) / 1000000))
	nfim policy diff "$tmp/thousand.conf"
}

load_module
plan 42
setup_topology masq
gateway_rules masq
start_server
make_file 20000
attach_helper

check "the built-in set is in force" grep -q built-in-msnp \
	<(nfim policy show)
check "policies are loaded" load_policies 6900-6901

check "6.1: announcement arrives" as MSNMSGR 6.1.0203
check "6.1: shown with its policy" client_has 6.1.0203 six
check_is "6.1: outside port of its policy" \
	"$([[ $(outside_port) =~ ^690[01]$ ]] && echo yes)" yes
check "6.1: file arrives" over

check "4.6: announcement arrives" as MSMSGS 4.6.0042
check "4.6: shown with its policy" client_has 4.6.0042 four
check_is "4.6: outside port of its policy" "$(outside_port)" 6900
check "4.6: file arrives" over

remember_stats
check "unknown: announcement arrives" as aMSN 0.99
check "unknown: shown with the default" client_has 0.99 others
check "unknown: refused" stat_moved refused-policy 1
check_not "unknown: no file" over

check "another set is loaded" load_policies 6895
check "6.1 again: announcement arrives" as MSNMSGR 6.1.0203
check_is "6.1 again: outside port of the new set" "$(outside_port)" 6895
check "6.1 again: file arrives" over

nfim policy show >"$tmp/before"
sed 's/limit = 3/limit = 0/' "$tmp/p.conf" >"$tmp/bad.conf"
check_not "a bad file is refused" nfim policy load "$tmp/bad.conf"
nfim policy show >"$tmp/after"
check "and changes nothing" cmp "$tmp/before" "$tmp/after"
check "what is shown loads back" nfim policy load "$tmp/before"
nfim policy show >"$tmp/after"
check "to the same set" cmp "$tmp/before" "$tmp/after"
check "--check changes nothing" nfim policy load --check "$tmp/p.conf"
check "no difference" nfim policy diff "$tmp/before"
{
	echo 'policy "all" { }'
	policies 6900
} >"$tmp/shadow.conf"
check "a policy that is never chosen is told" warns "$tmp/shadow.conf" 2 six

sed 's/policy "six" {/&\n\tnet-limit = 1/' "$tmp/p.conf" >"$tmp/one.conf"
check "a limit for all hosts is loaded" nfim policy load "$tmp/one.conf"
check "a second host is refused for it" full_for_another_host
go receive2
stop send2
stop receive2
check "the first one's file arrives" over

check "a thousand policies are loaded" thousand
echo "# in ${loaded-} ms, the start of the tool included"
check "6.1 among a thousand: announcement arrives" as MSNMSGR 6.1.0203
check "6.1 among a thousand: shown with its policy" client_has 6.1.0203 mine
over >/dev/null
check "every policy file loads, and the man page's examples" kernel_takes_all

nfim policy show --defaults >"$tmp/all.conf"
check "200 transfers while sets are changed" transfers_during_reloads
check "and changed they were" [ "${reloads:-0}" -ge 2 ]
check "flush" nfim policy flush

# Another namespace holds its own.
check "another namespace has the built-in set" grep -q built-in-msnp \
	<(in_ns "$rt" "$(nfim_tool)" policy show)
nfim policy load "$tmp/p.conf" >/dev/null
check_not "and does not see this one's" grep -q '"six"' \
	<(in_ns "$rt" "$(nfim_tool)" policy show)
echo 'policy "elsewhere" { default = yes }' >"$tmp/elsewhere.conf"
check "it is given a set of its own" \
	in_ns "$rt" "$(nfim_tool)" policy load "$tmp/elsewhere.conf"
check "no difference there" \
	in_ns "$rt" "$(nfim_tool)" policy diff "$tmp/elsewhere.conf"
check "and none here" nfim policy diff "$tmp/p.conf"
check_is "a difference is exit code 3" \
	"$(nfim policy diff "$tmp/elsewhere.conf" >/dev/null; echo $?)" 3
check "kernel log is clean" dmesg_clean
done_testing
