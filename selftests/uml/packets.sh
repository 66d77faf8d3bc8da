#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 3000
#
# Mutated messages in hostile segmentation, as real packets from both sides. The
# kernel's checks stay silent, memory comes back, and the gateway still serves.
#
#   made-up clients (lan1) -- gw, masquerades -- rt -- made-up servers (srv)
#
# NFIM_PACKETS: how many (100000), NFIM_SEED: which (1).

. "$(dirname "$0")/../net/lib.sh"

packets=${NFIM_PACKETS:-100000}
seed=${NFIM_SEED:-1}
part=$((packets < 20000 ? packets : 20000))

# Nobody answers but storm itself.
silence()
{
	in_ns "$1" nft -f - <<-'END'
	table inet silence {
		chain input {
			type filter hook prerouting priority raw; policy drop;
		}
	}
	END
}

attach_all()
{
	attach_helper
	in_ns "$gw" nft -f - <<-'END' || bail_out "no helper imsip"
	table inet sip {
		ct helper over-tcp {
			type "imsip" protocol tcp;
		}
		ct helper over-udp {
			type "imsip" protocol udp;
		}
		chain pre {
			type filter hook prerouting priority mangle; policy accept;
			tcp dport 5060 ct helper set "over-tcp"
			udp dport 5060 ct helper set "over-udp"
		}
	}
	END
}

storm()
{
	in_ns "$gw" conntrack -F 2>/dev/null
	"$root_dir/build/tools/storm" "$tmp/corpus" "/run/netns/$lan1" \
		"/run/netns/$srv" "$lan1_addr" "$srv_addr" "$wan_addr" \
		"$part" "$1"
}

no_held()
{
	stat_is held-bytes 0
}

load_module
[ -x "$root_dir/build/tools/storm" ] || skip_all "storm is not built"
# Clients are remembered on purpose.
remember_slabs nf_conntrack nf_conntrack_expect 'nfim_[!c]*' 'nfim_c[!l]*'
parts=$(((packets + part - 1) / part))
plan $((parts + ${#slabs[@]} + 3))
setup_topology masq
gateway_rules masq
attach_all
"$root_dir/selftests/uml/corpus.py" "$tmp/corpus" || bail_out "no corpus"
# What is out of the window is not the helper's to see otherwise.
in_ns "$gw" bash -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal'
silence "$lan1"
silence "$srv"

for ((i = 0; i < parts; i++)); do
	check "$part packets, seed $((seed + i))" storm $((seed + i))
	dmesg_clean >/dev/null || break
done
diag "$(nfim stats)"
for name in $lan1 $srv; do
	in_ns "$name" nft delete table inet silence
done
in_ns "$gw" conntrack -F 2>/dev/null
check_slabs 120 16
check "nothing is held" wait_for 20 no_held
start_server
make_file 100000
check "a file arrives" transfer "$lan1" "$peer"
check "kernel log is clean" dmesg_clean
done_testing
