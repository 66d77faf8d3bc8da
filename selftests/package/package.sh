#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packages: those for Debian are built twice and are the same, lintian is content,
# the right files are in them; make install; the feed for OpenWrt as far as it
# can be tried without its toolchain; the dashboard.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root_dir=$(cd "$here/../.." && pwd -P)
cd "$root_dir" || exit 1
# shellcheck source=selftests/net/ktap.sh
. selftests/net/ktap.sh
tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-package.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT

version=$(sed -n 's/^#define NFIM_VERSION\t"\(.*\)"/\1/p' include/nfim/version.h)
openwrt=userspace/packaging/openwrt/nfim
uci_policy=$openwrt/files/uci-policy.awk

# A copy as from an archive: without git, in another place, of another time.
copy_source()
{
	mkdir "$tmp/copy" || return
	git ls-files -z | xargs -0 cp --parents -t "$tmp/copy" || return
	find "$tmp/copy" -exec touch -d '2001-02-03 04:05' {} +
}

build_again()
{
	copy_source &&
		(umask 077; TZ=Asia/Tokyo LANG=C.UTF-8 \
			"$tmp/copy/userspace/packaging/make-deb.sh" "$tmp/second")
}

same_bytes()
{
	(cd "$tmp/first" && sha256sum -- *.deb) >"$tmp/sums"
	[ -s "$tmp/sums" ] && (cd "$tmp/second" && sha256sum -c "$tmp/sums")
}

# contents PACKAGE: paths in it, directories left out.
contents()
{
	dpkg-deb -c "$tmp/first/${1}_$version"_*.deb |
		awk '$1 !~ /^d/ { print substr($6, 2) }'
}

# holds PACKAGE PATH...
holds()
{
	local path

	contents "$1" >"$tmp/contents"
	shift
	for path; do
		grep -qx "$path" "$tmp/contents" || {
			echo "no $path in"
			cat "$tmp/contents"
			return 1
		}
	done
}

# Nothing that a machine made, nothing of the tests.
only_source()
{
	contents nfim-dkms | grep -E '\.(o|ko|cmd|d|mod\.c)$|selftests' && return 1
	contents nfim | grep -E 'selftests|\.(o|d|scd)$' && return 1
	return 0
}

units_are_valid()
{
	dpkg-deb -x "$tmp/first/nfim_$version"_*.deb "$tmp/unpacked" || return
	mkdir -p "$tmp/unpacked"/{bin,sbin}
	touch "$tmp/unpacked/bin/sh" "$tmp/unpacked/sbin/modprobe"
	chmod 755 "$tmp/unpacked"/{bin/sh,sbin/modprobe}
	mkdir -p "$tmp/unpacked/etc/systemd/system"
	cp userspace/examples/nfim-metrics.* "$tmp/unpacked/etc/systemd/system/"
	systemd-analyze --root="$tmp/unpacked" verify --man=no \
		--recursive-errors=no nfim.service nfim-sync.service \
		nfim-metrics.service nfim-metrics.timer 2>&1 | tee "$tmp/verify"
	! grep -q 'nfim' "$tmp/verify"
}

# What is loaded at boot: nothing, unless the administrator says so.
off_by_default()
{
	! grep -v '^#' "$tmp/unpacked/etc/modules-load.d/nfim.conf" &&
		! find "$tmp/unpacked" -name '*.wants' | grep . &&
		grep -qx 'NFIM_ATTACH=no' "$tmp/unpacked/etc/default/nfim"
}

policies_are_there()
{
	sed "s,/usr/share,$tmp/unpacked&," \
		"$tmp/unpacked/etc/nfim/nfim.conf" >"$tmp/nfim.conf"
	reads "$tmp/nfim.conf"
}

# reads FILE: the tool takes it for a policy file.
reads()
{
	userspace/nfim explain --policy "$1" "$tmp/empty.pcap"
}

# installs_into DESTDIR: for a kernel that has headers here, nowhere else.
installs_into()
{
	local kdir

	kdir=$(printf '%s\n' /lib/modules/6.12.*/build | tail -n 1)
	touch "$tmp/mark"
	make install DESTDIR="$1" PREFIX=/usr KDIR="$kdir" || return
	[ -x "$1/usr/sbin/nfim" ] && [ -e "$1/usr/share/man/man8/nfim.8" ] &&
		[ -e "$1/usr/share/bash-completion/completions/nfim" ] &&
		find "$1/lib/modules" -name 'nf_conntrack_im.ko*' | grep . &&
		! find /usr/sbin /usr/local /lib/modules -newer "$tmp/mark" \
			-name '*nf*im*' | grep .
}

# --- OpenWrt ---------------------------------------------------------------

owrt()
{
	make -s -C $openwrt -f "$here/openwrt.mk" ROOT="$tmp/owrt" \
		BUILD="$tmp/owrt-build" "$@"
}

feed_installs()
{
	owrt install && [ -x "$tmp/owrt/nfim/usr/sbin/nfim" ] &&
		[ -x "$tmp/owrt/nfim/etc/init.d/nfim" ] &&
		[ -e "$tmp/owrt/nfim/etc/config/nfim" ] &&
		[ -e "$tmp/owrt/nfim/usr/lib/nfim/uci-policy.awk" ] &&
		[ -e "$tmp/owrt/nfim/usr/share/nfim/policies/all.conf" ] &&
		grep -q '/nf_conntrack_im.ko$' \
			"$tmp/owrt/kmod-nf-conntrack-im/files"
}

scripts_parse()
{
	busybox sh -n $openwrt/files/nfim.init &&
		{ ! command -v shellcheck >/dev/null ||
		  shellcheck -s dash -S warning $openwrt/files/nfim.init; }
}

to_policy()
{
	busybox awk -f $uci_policy "$@"
}

# The example in the configuration, with its comments taken away.
example_is_policy()
{
	sed -n '/^# config ports/,$s/^# \{0,1\}//p' \
		$openwrt/files/nfim.config >"$tmp/uci"
	to_policy "$tmp/uci" | tee "$tmp/uci.conf"
	reads "$tmp/uci.conf" && [ "$(grep -c '^policy' "$tmp/uci.conf")" = 1 ]
}

# Every key, quotes and '$' in values, flags in all their forms.
all_keys()
{
	cat >"$tmp/uci" <<-'END'
	package nfim

	config nfim 'main'
		option enabled '1'
		list interface 'lan'

	config ports 'dynamic'
		list range '49152-65535'

	config policy 'sip'
		option name 'it'\''s "$6" \ here'
		option helper 'imsip'
		option default 'on'
		option agent 'A "B" $c'
		option privileged_ports '0'
		option hold 'yes'
		option hairpin 'disabled'
		option host_limit '8'
		option net_limit '100'
		list third_party '10.1.0.0/16'
		list third_party '2001:db8::1'

	config application 'ignored'
		option policy 'sip'
		option name 'rtp-audio'
		option verdict 'allow'
		list protocol 'tcp'
		list protocol 'udp'
		list inside '40000-40039'
		list outside 'dynamic'
		list outside '5004'
		option limit '4'
		option lifetime '60'

	config policy 'msn'
		list client 'MSNMSGR'
		list version '6.1-6.2'
		option dialect 'MSNP8-'
		option client_ip '1'
	END
	cat >"$tmp/wanted" <<'END'
ports dynamic {
	range = { "49152-65535" }
}

policy "it's \"\$6\" \\ here" {
	helper = "imsip"
	default = yes
	agent = "A \"B\" \$c"
	privileged-ports = no
	hold = yes
	hairpin = no
	host-limit = 8
	net-limit = 100
	third-party = { "10.1.0.0/16", "2001:db8::1" }

	application rtp-audio {
		verdict = "allow"
		limit = 4
		lifetime = 60
		protocol = { "tcp", "udp" }
		inside = { "40000-40039" }
		outside = { "dynamic", "5004" }
	}
}

policy "msn" {
	dialect = "MSNP8-"
	client-ip = yes
	client = { "MSNMSGR" }
	version = { "6.1-6.2" }
}

END
	to_policy "$tmp/uci" >"$tmp/uci.conf" &&
		diff -u "$tmp/wanted" "$tmp/uci.conf" && reads "$tmp/uci.conf"
}

# Headers of the libraries and of the kernel, without those of this system's libc.
musl_headers()
{
	local h own

	own=/usr/include/$(gcc -print-multiarch)
	mkdir -p "$tmp/musl"
	for h in linux asm asm-generic libmnl libnftnl jansson.h \
		 jansson_config.h confuse.h pcap.h pcap; do
		[ -e "$own/$h" ] && ln -s "$own/$h" "$tmp/musl/" && continue
		ln -s "/usr/include/$h" "$tmp/musl/" || return
	done
}

names()
{
	awk 'NF >= 2 { sub(/@.*/, "", $NF); print $NF }' | sort -u
}

# Compiled for OpenWrt's C library, the tool asks for nothing that this and the
# libraries do not have. They are not there for musl, so it cannot be linked.
builds_with_musl()
{
	local lib n user=$tmp/owrt-build/userspace

	n=$(find "$user" -name '*.o' | wc -l)
	musl_headers && make -s -C "$user" clean || return
	make -k -C "$user" nfim CC=musl-gcc LIB_CFLAGS="-I$tmp/musl" \
		CFLAGS='-O2 -Werror=implicit' HARDENING= >"$tmp/musl.log" 2>&1
	! grep -v '^collect2: ' "$tmp/musl.log" | grep 'error:' || return
	[ "$n" -gt 0 ] && [ "$(find "$user" -name '*.o' | wc -l)" = "$n" ] ||
		return
	find "$user" -name '*.o' -exec nm -u {} + | grep ' U ' | names \
		>"$tmp/wanted-names"
	{
		find "$user" -name '*.o' -exec nm --defined-only {} +
		nm --defined-only "$(musl-gcc -print-file-name=libc.a)"
		for lib in mnl nftnl jansson confuse pcap; do
			nm -D --defined-only "$(gcc -print-file-name=lib$lib.so)"
		done
	} 2>/dev/null | names >"$tmp/known-names"
	[ -s "$tmp/wanted-names" ] &&
		! comm -23 "$tmp/wanted-names" "$tmp/known-names" |
			grep -v '^_GLOBAL_OFFSET_TABLE_$'
}

# --- the dashboard ---------------------------------------------------------

# Its expressions as rules, which promtool reads.
expressions_are_right()
{
	python3 - userspace/examples/grafana-dashboard.json <<-'END' \
		>"$tmp/rules.yml" || return
	import json, sys
	board = json.load(open(sys.argv[1]))
	print("groups:\n- name: dashboard\n  rules:")
	ids = [panel["id"] for panel in board["panels"]]
	assert len(set(ids)) == len(ids)
	for panel in board["panels"]:
	    for target in panel["targets"]:
	        expr = target["expr"].replace("$instance", ".*")
	        expr = expr.replace("$__rate_interval", "5m")
	        print("  - record: panel%d" % panel["id"])
	        print("    expr: " + json.dumps(expr))
	END
	promtool check rules "$tmp/rules.yml"
}

# Each metric is one that the tool has, and each event a counter.
metrics_exist()
{
	local name

	grep -o '"expr": ".*"' userspace/examples/grafana-dashboard.json |
		grep -oE 'nfim_[a-z_]+' | sort -u >"$tmp/metrics"
	[ -s "$tmp/metrics" ] || return
	while read -r name; do
		grep -q "\"$name\"" userspace/metrics.c || {
			echo "no metric $name"
			return 1
		}
	done <"$tmp/metrics"
}

plan 19
# A capture without packets: link type Ethernet.
printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00%08d\xff\xff\x00\x00\x01\x00\x00\x00' 0 |
	tr 0 '\000' >"$tmp/empty.pcap"
make -s userspace || bail_out "the tool cannot be built"

check "Debian: packages are built, lintian is content" \
	userspace/packaging/make-deb.sh "$tmp/first"
check "Debian: they are built again elsewhere" build_again
check "Debian: both times with the same bytes" same_bytes
check "Debian: the tool's package is complete" holds nfim /usr/sbin/nfim \
	/usr/share/man/man8/nfim.8.gz /usr/share/man/man5/nfim.conf.5.gz \
	/usr/share/bash-completion/completions/nfim /etc/nfim/nfim.conf \
	/usr/share/nfim/policies/all.conf /lib/systemd/system/nfim.service \
	/etc/modules-load.d/nfim.conf /etc/default/nfim \
	/usr/share/doc/nfim/examples/gateway.nft /usr/sbin/nfim-sync \
	/lib/systemd/system/nfim-sync.service \
	/usr/share/doc/nfim/examples/failover/keepalived.conf \
	/usr/share/doc/nfim/clients/msn-6.md /usr/share/doc/nfim/ladder-msn.png
check "Debian: the module's package is complete" holds nfim-dkms \
	"/usr/src/nfim-$version/dkms.conf" "/usr/src/nfim-$version/Kbuild" \
	"/usr/src/nfim-$version/kernel/main.c" \
	"/usr/src/nfim-$version/include/uapi/linux/nfim.h"
check "Debian: there is nothing else in them" only_source
check "Debian: the units are valid" units_are_valid
check "Debian: nothing is loaded or attached by default" off_by_default
check "Debian: the policy file finds what it includes" policies_are_there

check "make install keeps to DESTDIR" installs_into "$tmp/dest"

check "OpenWrt: the feed has two packages" \
	test "$(owrt list | cut -d: -f1 | xargs)" = "kmod-nf-conntrack-im nfim"
check "OpenWrt: the tool's package installs" feed_installs
if command -v musl-gcc >/dev/null; then
	check "OpenWrt: the tool builds with musl" builds_with_musl
else
	skip "OpenWrt: the tool builds with musl" "no musl-gcc"
fi
check "OpenWrt: the init script is right for its shell" scripts_parse
check "OpenWrt: the example becomes a policy" example_is_policy
check "OpenWrt: all keys become a policy" all_keys
check_not "OpenWrt: an application without a policy is refused" to_policy \
	<(echo "config application"; echo "	option name 'voice'")

check "dashboard: its metrics exist" metrics_exist
if command -v promtool >/dev/null; then
	check "dashboard: its expressions are right" expressions_are_right
else
	skip "dashboard: its expressions are right" "no promtool"
fi
done_testing
