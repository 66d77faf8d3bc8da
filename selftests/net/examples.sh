#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# The firewall examples: each one loads as it is, but for the names of the
# interfaces, and with it a file arrives and both ends of a call are heard; without
# the helpers neither is.

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

examples=$root_dir/userspace/examples
firewalld=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}/firewalld

# example FILE: with the interfaces of this gateway, in $tmp/example.
example()
{
	sed 's/"lan0"/"lan"/; s/"wan0"/"wan"/; s/"br-lan"/"lan"/' \
		"$examples/$1" >"$tmp/example"
}

# The tables of firewall4 that the include goes into: what is established and
# related is accepted, what comes from inside goes out.
fw4()
{
	cat <<-END
	table inet fw4 {
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related accept
			iifname "lan" accept
		}
		chain srcnat {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "wan" meta nfproto ipv4 masquerade
		}
		include "$tmp/example"
	}
	END
}

flush()
{
	in_ns "$gw" nft flush ruleset
	in_ns "$gw" conntrack -F 2>/dev/null
}

# on_gateway FILE: nft loads it; -c before that must say the same.
on_gateway()
{
	flush
	in_ns "$gw" nft -c -f "$1" && in_ns "$gw" nft -f "$1"
}

use_firewalld()
{
	local zone

	flush
	mkdir -p "$tmp/etc/zones"
	cp -r "$examples/firewalld/." "$tmp/etc/"
	cp "$firewalld/etc/firewalld/firewalld.conf" "$tmp/etc/"
	for zone in internal:lan external:wan; do
		# Samba's service has a helper that not every kernel has.
		sed "s|</zone>|<interface name=\"${zone#*:}\"/></zone>|
			/samba/d" \
			"$firewalld/usr/lib/firewalld/zones/${zone%:*}.xml" \
			>"$tmp/etc/zones/${zone%:*}.xml"
	done
	in_ns "$gw" /usr/bin/python3 "$tools_dir/firewalld.py" "$tmp/etc" \
		"$firewalld/usr/lib/firewalld" 2>&1 | cut -c -200
	return "${PIPESTATUS[0]}"
}

# What its rules need of the kernel.
can_firewalld()
{
	[ -d "$firewalld" ] && /usr/bin/python3 -c 'import firewall' &&
		in_ns "$gw" nft -c -f - <<-'END'
	table inet t {
		chain c {
			fib saddr . mark . iif oif missing drop
			reject with icmpx admin-prohibited
		}
	}
	END
}

arrives()
{
	remember_stats
	transfer "$lan1" "$peer" && stat_moved expected-edited 1
}

# The same with the helpers' rules taken out of the file.
fails_without_helper()
{
	sed -i '/ct helper set/d' "$tmp/example"
	on_gateway "${1:-$tmp/example}" && blocked receive "$lan1" "$peer" &&
		! rings 5
}

[ -d "$examples" ] || skip_all "needs the examples"
need_phones
load_module
plan 15
setup_topology masq
start_server
make_file 20000
patience=10

for name in gateway.nft nftables.conf; do
	example $name
	check "$name loads" on_gateway "$tmp/example"
	# Here the service makes the table of the helper.
	[ $name = gateway.nft ] || nfim -q attach --iif lan
	check "$name: a file arrives" arrives
	check "$name: both ends of a call are heard" rings
done
example gateway.nft
check "gateway.nft: not without the helper" fails_without_helper

example openwrt-fw4.nft
fw4 >"$tmp/fw4"
check "openwrt-fw4.nft loads" on_gateway "$tmp/fw4"
check "openwrt-fw4.nft: a file arrives" arrives
check "openwrt-fw4.nft: both ends of a call are heard" rings
check "openwrt-fw4.nft: not without the helper" fails_without_helper "$tmp/fw4"

if can_firewalld 2>/dev/null; then
	check "firewalld takes the configuration" use_firewalld
	check "firewalld: a file arrives" arrives
	check "firewalld: both ends of a call are heard" rings
else
	skip "firewalld takes the configuration" \
		"needs firewalld, and fib and reject in nftables"
	skip "firewalld: a file arrives" "as before"
	skip "firewalld: both ends of a call are heard" "as before"
fi
flush
check "kernel log is clean" dmesg_clean
done_testing
