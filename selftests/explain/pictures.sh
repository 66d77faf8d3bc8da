#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Draws the pictures of userspace/doc in headless Chromium: a recorded exchange of
# MSN Messenger, and a call of two baresip phones, made here in two network
# namespaces. Each is checked: both backgrounds, and something on them.
#
#   pictures.sh [DIRECTORY]       (userspace/doc)

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
out=${1:-userspace/doc}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-pictures.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out"

# What is said in the call: somebody hears a tone for a minute.
make_tone()
{
	python3 -c 'import sys, wave
with wave.open(sys.argv[1], "wb") as w:
    w.setnchannels(1)
    w.setsampwidth(2)
    w.setframerate(8000)
    w.writeframes((b"\0\20" * 9 + b"\0\360" * 9) * 26667)' "$1"
}

# phone DIRECTORY ADDRESS RTP: the configuration of a phone.
phone()
{
	local modules

	modules=$(find /usr/lib -type d -path '*baresip/modules' | head -n 1)
	mkdir -p "$1"
	cat >"$1/config" <<-END
	poll_method epoll
	sip_listen $2:5060
	audio_player aubridge,a
	audio_alert aubridge,b
	audio_source aufile,$tmp/tone.wav
	rtp_ports $3
	net_interface eth0
	module_path $modules
	module g711.so
	module aufile.so
	module aubridge.so
	module_app account.so
	module_app menu.so
	END
	echo "<sip:${1##*/}@$2>;regint=0;answermode=auto" >"$1/accounts"
	: >"$1/contacts"
}

# join ADDRESS OTHER: what this namespace is, and where the other one is.
join()
{
	ip link set lo up
	ip addr add "$1/32" dev eth0
	ip link set eth0 up
	ip route add "$2/32" dev eth0
}

# In a namespace of its own, as alice and the recorder; bob has another one.
record_call()
{
	local far bob alice recorder

	unshare -n sleep 60 &
	far=$!
	# shellcheck disable=SC2016
	timeout 20 sh -c 'until [ "$(readlink "/proc/$0/ns/net")" != \
		"$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done' $far
	ip link add eth0 type veth peer name eth0 netns $far
	join 192.168.77.2 203.0.113.20
	nsenter -t $far -n bash -c 'join 203.0.113.20 192.168.77.2'
	phone "$tmp/alice" 192.168.77.2 17000-17001
	phone "$tmp/bob" 203.0.113.20 18000-18001
	tcpdump -i eth0 -s 0 -U -w "$tmp/call.pcap" udp >/dev/null 2>&1 &
	recorder=$!
	nsenter -t $far -n baresip -f "$tmp/bob" >"$tmp/bob.log" 2>&1 \
		</dev/null &
	bob=$!
	# shellcheck disable=SC2016
	tmp=$tmp timeout 20 sh -c \
		'until grep -q "is ready" "$tmp/bob.log"; do sleep 0.1; done'
	timeout 8 baresip -f "$tmp/alice" -t 3 \
		-e "/dial sip:bob@203.0.113.20" >"$tmp/alice.log" 2>&1 </dev/null &
	alice=$!
	wait $alice
	kill $bob $recorder $far
	wait $bob $recorder $far
	grep -q 'Call established' "$tmp/alice.log"
}

# shoot PAGE PICTURE [OPTION]: what a browser makes of it.
shoot()
{
	local size

	size=$(sed -n 's/^<svg .*width="\([0-9]*\)" height="\([0-9]*\)".*/\1,\2/p' \
		"$1" | head -n 1)
	chromium-headless-shell --no-sandbox --disable-gpu --hide-scrollbars \
		--window-size="$size" --screenshot="$2" ${3:+"$3"} \
		"file://$1" >"$tmp/browser.log" 2>&1 &&
		[ "$(stat -c %s "$2")" -gt 20000 ]
}

# Two backgrounds are two pictures.
both()
{
	shoot "$1" "$2" && shoot "$1" "$tmp/dark.png" \
		--blink-settings=preferredColorScheme=0 &&
		! cmp -s "$2" "$tmp/dark.png"
}

# draw NAME CAPTURE OPTIONS...
draw()
{
	local name=$1

	shift
	if userspace/nfim explain --svg "$tmp/$name.svg" "$@" >/dev/null &&
	   both "$tmp/$name.svg" "$out/$name.png"; then
		echo "  PNG     $out/$name.png"
	else
		echo "pictures: $name cannot be drawn" >&2
		cat "$tmp/browser.log" >&2
		exit 1
	fi
}

make_tone "$tmp/tone.wav" || exit 1
export -f record_call phone join
export tmp
unshare -n bash -c record_call || { cat "$tmp"/*.log >&2; exit 1; }
draw ladder-msn \
	selftests/vectors/captured/amsn-msnftp-privip-masq-ab.lan.pcap
draw ladder-call "$tmp/call.pcap" --inside 192.168.77.0/24 \
	--outside 192.0.2.1
