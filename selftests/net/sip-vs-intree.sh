#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: long
# timeout: 1800
#
# What phones need of a gateway, and who gives it: each thing is tried with the
# kernel's own SIP helper and with ours, and printed as a table. Only ours is
# judged. See tools/sip_facts.py. With NFIM_COMPARE=all, what takes minutes as well.
#
#   phones (lan1, lan2) .2 .3 -- gw 192.0.2.1 -- rt -+- proxy (srv) 198.51.100.10
#                                masquerades         +- media (peer) 203.0.113.20

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

facts()
{
	local helper options=()

	for helper; do
		options+=(--helper "$helper")
	done
	set_sip_world
	"${python[@]}" "$tools_dir/sip_facts.py" "${sip_world[@]}" \
		--tool "$(nfim_tool)" --only "${NFIM_FACT-}" \
		"${options[@]}" "${more[@]}" >>"$tmp/facts.log" 2>&1
}

# Related connections may do all, so that only the helper stands in the way.
open_rules()
{
	in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses the rules"
	table inet filter {
		chain input {
			type filter hook input priority filter; policy accept;
			ct state invalid drop
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state invalid drop
			ct state established,related accept
			iifname "lan" ct state new accept
		}
	}
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "wan" masquerade
		}
	}
	END
}

# attach LAN1 LAN2: the helper that each host's connections get.
attach()
{
	in_ns "$gw" nft -f - <<-END
	table inet helpers {
		ct helper u1 {
			type "$1" protocol udp;
		}
		ct helper t1 {
			type "$1" protocol tcp;
		}
		ct helper u2 {
			type "$2" protocol udp;
		}
		ct helper t2 {
			type "$2" protocol tcp;
		}
		chain pre {
			type filter hook prerouting priority mangle; policy accept;
			ip saddr $lan2_addr udp dport 5060-5069 ct helper set "u2"
			ip saddr $lan2_addr tcp dport 5060-5069 ct helper set "t2"
			ip saddr != $lan2_addr udp dport 5060-5069 ct helper set "u1"
			ip saddr != $lan2_addr tcp dport 5060-5069 ct helper set "t1"
		}
	}
	END
}

table()
{
	awk '
	function after(n,	text) {
		text = $0
		while (n--)
			sub(/^[^ ]+ /, "", text)
		return text
	}
	$1 == "row" {
		result[$2, $3] = $4
		if ($3 > last)
			last = $3 + 0
		item[$3] = $5
		what[$3] = after(5)
	}
	$1 == "why" {
		why[$3] = why[$3] "      " $2 ": " after(3) "\n"
	}
	function shown(r) { return r == "ok" ? "yes" : r == "no" ? "NO" : "?" }
	END {
		printf "%-5s %-6s %s\n", "sip", "imsip", "what phones need"
		for (i = 0; i <= last; i++)
			if (i in what)
				printf "%-5s %-6s %s (%s)\n%s",
					shown(result["sip", i]),
					shown(result["imsip", i]), what[i],
					item[i], why[i]
	}' "$tmp/facts.log"
}

# One case for each row of ours.
judge()
{
	local result what

	while read -r result what; do
		check_is "$what" "$result" ok
	done < <(awk '$1 == "row" && $2 == "imsip" {
		result = $4
		sub(/^row imsip [0-9]+ (ok|no) [0-9]+ /, "")
		print result, $0 }' "$tmp/facts.log")
}

load_module
setup_topology masq
open_rules
nfim policy show --defaults |
	sed 's/protocol = { *udp *}/protocol = { tcp, udp }/
		/application image/i application whiteboard { inside = { 1503 } }' \
	>"$tmp/facts.conf"
: >"$tmp/facts.log"

# The plan is known in the end only.
echo "KTAP version 1"
ktap_began=1
check "policy with media over TCP and whiteboards" nfim policy load "$tmp/facts.conf"
more=(--patience 5)
intree=
modprobe -qa nf_conntrack_sip nf_nat_sip && intree=1
if [ -n "$intree" ] && attach sip sip; then
	check "the kernel's helper is tried" facts sip
	detach_helper
	in_ns "$gw" conntrack -F >/dev/null 2>&1
else
	skip "the kernel's helper is tried" "not in this kernel"
fi
attach imsip imsip
check "ours is tried" facts imsip
detach_helper
if [ "${NFIM_COMPARE-}" = all ] && [ -n "$intree" ]; then
	more=(--patience 5 --slow)
	attach sip imsip
	check "what takes minutes is tried" facts sip imsip
	detach_helper
fi
judge
table | sed 's/^/# /'
if [ "$ktap_failed" != 0 ]; then
	echo "# tried:"
	grep -v '^row\|^why' "$tmp/facts.log" | sed 's/^/# /' | tail -n 150
fi
check "something was tried" grep -q '^row imsip' "$tmp/facts.log"
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
echo "1..$ktap_done"
ktap_planned=$ktap_done
done_testing
