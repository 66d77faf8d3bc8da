#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In a guest: guest.sh BENCH-MODULE [bench.py's OPTIONS]

. "$(dirname "$0")/../net/lib.sh"

bench=$1
shift
# As where there are 4 GiB of memory.
modprobe -q nf_conntrack expect_hashsize=1024
modprobe -qa nf_conntrack_ftp nf_nat_ftp nf_conntrack_irc nf_nat_irc \
	nf_conntrack_sip nf_nat_sip dummy
load_module
sysctl -qw net.netfilter.nf_conntrack_expect_max=32768
sed 's/^\thelper = .*/\tnet-limit = 16384\n&/' \
	"$root_dir/userspace/policies/default.conf" >"$tmp/policy.conf" &&
	"$(nfim_tool)" policy load "$tmp/policy.conf" ||
	bail_out "policies cannot be loaded"
# Packets have a route, though they never take it.
ip -b - <<-END || bail_out "no route"
link add d0 type dummy
addr add $wan_addr/24 dev d0
link set d0 up
route add default dev d0
END
insmod "$bench" || bail_out "insmod $bench failed"

# What is kept of each thing, in slabs.
for slab in nf_conntrack nf_conntrack_expect nfim_conn nfim_conn_host \
	nfim_offer nfim_offer_host nfim_call nfim_client; do
	[ -d "/sys/kernel/slab/$slab" ] || continue
	echo "# memory $slab $(</sys/kernel/slab/$slab/object_size)" \
		"$(</sys/kernel/slab/$slab/slab_size)"
done
"${python[@]}" "$root_dir/selftests/bench/bench.py" "$@"
status=$?
rmmod nfim_bench
ip link del d0
exit $status
