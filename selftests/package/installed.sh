#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# In a virtual machine, with the kernel of a bare Debian 12 that has the two packages
# (its root directory is $NFIM_BARE): what its README.md says to type is typed there,
# on the gateway; then a file is sent, and a phone calls another.
#
#   alice (lan1) -- gw: the bare system -- rt -+- server
#   sends, calls    masquerades                +- bob (peer)

. "$(dirname "$0")/../net/lib.sh"
. "$net_dir/phones.sh"

bare=${NFIM_BARE:-/absent}

# block TEXT: the code block of the README that has that text in it.
block()
{
	zcat -f "$bare"/usr/share/doc/nfim/README.md* | awk -v text="$1" '
		/^    / {
			code = code substr($0, 5) "\n"
			next
		}
		/^$/ && code { code = code "\n"; next }
		{ if (index(code, text)) exit; code = "" }
		END { if (index(code, text)) printf "%s", code }'
}

# typed LINE...: at a prompt of the bare system, where what the README calls
# "userspace/..." is installed.
typed()
{
	local lines=$*

	lines=${lines//userspace\/nfim/nfim}
	lines=${lines//userspace\/policies/\/usr\/share\/nfim\/policies}
	echo "$lines"
	in_ns "$gw" chroot "$bare" bash -ec "$lines" 2>&1
}

# What "systemctl enable --now nfim" runs, with an interface to attach to.
service_starts()
{
	local line

	sed -i 's/^NFIM_ATTACH=.*/NFIM_ATTACH="--iif lan"/' \
		"$bare/etc/default/nfim"
	sed -n 's/^ExecStart\(Pre\)\{0,1\}=//p' \
		"$bare/lib/systemd/system/nfim.service" >"$tmp/lines"
	[ "$(grep -c . "$tmp/lines")" = 3 ] || return
	while read -r line; do
		typed "set -a; . /etc/default/nfim; $line" || return
	done <"$tmp/lines"
}

attached()
{
	typed "nft list table inet nfim" | grep -F "iifname \"lan\" $1"
}

[ -x "$bare/usr/sbin/nfim" ] || skip_all "needs the packages in NFIM_BARE"
need_root
need_tools
need_phones
plan 21
for dir in proc sys dev; do
	mount --rbind "/$dir" "$bare/$dir" || bail_out "cannot mount $dir"
done
setup_topology masq
# What a gateway has before: it translates.
in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses to masquerade"
table ip nat {
	chain post {
		type nat hook postrouting priority srcnat; policy accept;
		oifname "wan" masquerade
	}
}
END

check "modprobe" typed "modprobe nf_conntrack_im"
loaded_here=1
check_is "the module is the one that DKMS built" \
	"$(cat "/sys/module/$module/srcversion")" \
	"$(modinfo -b "$bare" -k "$(uname -r)" -F srcversion $module)"
check "the firewall loads" typed "nft -f - <<'END'
$(block 'chain forward')
END"
check "the default policy loads" typed "nfim policy load /etc/nfim/nfim.conf"
check "attach" typed "$(block 'nfim attach' | grep 'nfim attach')"
check "show" typed "$(block 'nfim attach' | grep 'nfim show')"
# Of the whole machine, not of a namespace in it.
check "a larger table" chroot "$bare" bash -ec \
	"$(grep -o 'sysctl -w [a-z_.]*=[0-9]*' \
		<(zcat -f "$bare"/usr/share/doc/nfim/README.md*))"
check_is "is in force" \
	"$(cat /proc/sys/net/netfilter/nf_conntrack_expect_max)" 4096
check "nfim check is content" typed "nfim -q check"

use()
{
	start_server
	make_file 20000
	check "$1: a file is sent" transfer "$lan1" "$peer" \
		--client MSNMSGR 6.1.0203
	check "$1: the client has a policy of its version" grep \
		"policy msn-6" <(typed "nfim show clients")
	phone bob "$peer" "$peer_addr"
	call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" rtp=17000-17001
	check "$1: a call is answered" talks alice
	check "$1: bob hears" hears bob
	check "$1: alice hears" hears alice
	hang_up alice
	stop bob
	stop server
}

use "by hand"
check "detach" typed "nfim detach"
check "the service's commands" service_starts
check "they attach what the defaults file says" attached "tcp dport 1863"
check "nfim check is content again" typed "nfim -q check"
check "the default policies are there" grep -c '^policy' \
	<(typed "nfim policy show")
typed "nfim detach" >/dev/null
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
