#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In a virtual machine: attacks helpers, and prints what becomes of it.
#
#   attack.sh HELPER... [-- ATTACK...]
#
# HELPER: ftp, irc, msnp, sip/udp, sip/tcp, imsip/udp, imsip/tcp. KTAP for the
# module's own helpers, for which every verdict but "nothing" is a failure; others
# only serve to compare. The lines of attack.py follow behind "# ".
# NFIM_SECONDS says how long a flood lasts.

. "$(dirname "$0")/../net/lib.sh"

helpers=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	helpers+=("$1")
	shift
done
shift

attack_dir=$root_dir/selftests/attack

is_ours() { [[ $1 == msnp || $1 == imsip/* ]]; }

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

attach()
{
	local name=${1%/*} proto=tcp ports

	[[ $1 != */* ]] || proto=${1#*/}
	case $name in
	ftp) ports=21 ;;
	irc) ports=6667 ;;
	msnp) ports=1863,1864 ;;
	sip|imsip) ports=5060 ;;
	esac
	in_ns "$gw" nft -f - <<-END
	table inet helpers {
		ct helper it {
			type "$name" protocol $proto;
		}
		chain pre {
			type filter hook prerouting priority mangle; policy accept;
			$proto dport { $ports } ct helper set "it"
		}
	}
	END
}

attack()
{
	local helper=$1

	shift
	"${python[@]}" "$attack_dir/attack.py" --suffix "$suffix" \
		--helper "$helper" --tool "$(nfim_tool)" \
		--seconds "${NFIM_SECONDS:-3}" \
		--address lan1 "$lan1_addr" --address lan2 "$lan2_addr" \
		--address lan_gw "$lan_gw" --address gw "$wan_addr" \
		--address srv "$srv_addr" --address peer "$peer_addr" "$@" \
		>"$tmp/attack.log" 2>&1
}

# judge HELPER: the results as cases, if the helper is ours.
judge()
{
	local helper=$1 what verdict

	sed 's/^/# /' "$tmp/attack.log"
	is_ours "$helper" || return 0
	check "$helper: serves" grep -qx "serves $helper yes" "$tmp/attack.log"
	while read -r what verdict; do
		check_is "$helper: $what" "$verdict" nothing
	done < <(awk -v h="$helper" '$1 == "result" && $2 == h &&
		$4 != "none" { print $3, $4 }' "$tmp/attack.log")
}

modprobe -qa nf_conntrack_ftp nf_nat_ftp nf_conntrack_irc nf_nat_irc \
	nf_conntrack_sip nf_nat_sip nf_conntrack_h323
load_module
# As README says.
echo 4096 >/proc/sys/net/netfilter/nf_conntrack_expect_max
setup_topology masq
open_rules
# The plan is known in the end only.
echo "KTAP version 1"
ktap_began=1
for helper in "${helpers[@]}"; do
	if ! attach "$helper"; then
		diag "no helper $helper here"
		continue
	fi
	attack "$helper" "$@"
	judge "$helper"
	detach_helper
done
check "kernel log is clean" dmesg_clean
echo "1..$ktap_done"
ktap_planned=$ktap_done
done_testing
