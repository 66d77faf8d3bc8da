#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# A dump in several messages says so when what it shows changed in between, and
# only then; the tool asks again.
#
#   200 phones (lan1) 192.168.77.11 ... -- gw 192.0.2.1 -- rt

. "$(dirname "$0")/lib.sh"

# dump.py COMMAND ATTRIBUTE: begins a dump with a small buffer, says "begun", waits for a
# line, reads the rest, and says "torn N" or "whole N": so many attributes.
cat >"$tmp/dump.py" <<'END'
import socket, struct, sys

command, wanted = int(sys.argv[1]), int(sys.argv[2])
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
sock.bind((0, 0))
sock.settimeout(20)

def ask(family, command, flags, attrs=b""):
    body = struct.pack("BBH", command, 1, 0) + attrs
    sock.send(struct.pack("IHHII", 16 + len(body), family, flags | 1, 7, 0) + body)

def attributes(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]

def messages(data):
    while data:
        size, kind, flags = struct.unpack_from("IHH", data)
        yield kind, flags, data[20:size]
        data = data[(size + 3) & ~3:]

name = b"nfim\0"
ask(16, 3, 0, struct.pack("HH", 4 + len(name), 2) + name + bytes(-len(name) % 4))
family = [struct.unpack("H", value)[0] for _, _, body in messages(sock.recv(16384))
          for kind, value in attributes(body) if kind == 1][0]
ask(family, command, 0x300)
data, number, torn, over = sock.recv(16384), 0, False, False
print("begun", flush=True)
sys.stdin.readline()
while not over:
    for kind, flags, body in messages(data):
        torn |= bool(flags & 0x10)
        over |= kind in (2, 3)
        if kind == family:
            number += sum(kind == wanted for kind, _ in attributes(body))
    if not over:
        data = sock.recv(16384)
print("torn" if torn else "whole", number, flush=True)
END

# phones FIRST LAST: they say what they are.
phones()
{
	in_ns "$lan1" "${python[@]}" - "$1" "$2" "$peer_addr" <<-'END'
	import socket, sys
	first, last, peer = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
	for i in range(first, last + 1):
	    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	    s.bind(("192.168.77.%d" % i, 5060))
	    s.sendto(("OPTIONS sip:x@%s SIP/2.0\r\n"
	              "Via: SIP/2.0/UDP 192.168.77.%d;branch=z9hG4bK%d\r\n"
	              "From: <sip:a@x>;tag=%d\r\nTo: <sip:x@x>\r\n"
	              "Call-ID: %d\r\nCSeq: 1 OPTIONS\r\nUser-Agent: phone-%d\r\n"
	              "Content-Length: 0\r\n\r\n" % (peer, i, i, i, i, i)).encode(),
	             (peer, 5060))
	    s.close()
	END
}

known()
{
	[ "$(nfim show clients | grep -c phone-)" = "$1" ]
}

# dump COMMAND ATTRIBUTE CHANGE...: what is said of a dump with that in its midst.
dump()
{
	local numbers=("$1" "$2")

	shift 2
	start dump "$gw" "${python[@]}" "$tmp/dump.py" "${numbers[@]}"
	wait_said dump begun || return
	"$@" || return
	go dump
	finish dump
	awk '$1 != "begun"' "$tmp/dump.log"
}

policies()
{
	local i

	for i in {1..300}; do
		echo "policy \"p$i\" { client = { x$i } }"
	done >"$tmp/many.conf"
	nfim -q policy load "$tmp/many.conf"
}

one_more()
{
	phones 230 230 && wait_for 10 known 201
}

again()
{
	nfim show clients >/dev/null
}

load_module
plan 10
setup_topology masq
for i in {11..240}; do
	echo "addr add 192.168.77.$i/24 dev eth0"
done | ip -n "$lan1" -b -
in_ns "$gw" nft -f - <<-'END'
table inet sip {
	ct helper sip { type "imsip" protocol udp; }
	chain pre {
		type filter hook prerouting priority mangle;
		iifname "lan" udp dport 5060 ct helper set "sip"
	}
}
END

# Numbers of NFIM_CMD_CLIENT_GET, NFIM_A_CLIENT, NFIM_CMD_POLICY_GET, NFIM_A_POLICY.
client=(4 5) policy=(5 6)
phones 11 210
check "200 phones are known" wait_for 10 known 200
check_is "a dump of them is whole" "$(dump "${client[@]}" true)" "whole 200"
check_is "also if the tool reads them meanwhile" \
	"$(dump "${client[@]}" again)" "whole 200"
check_is "one more makes it torn" \
	"$(dump "${client[@]}" one_more | cut -d' ' -f1)" torn
check "the tool shows all of them" known 201
check "and says so" grep -q '"complete": true' <(nfim -j show clients)
check "300 policies are loaded" policies
check_is "a dump of them is whole" "$(dump "${policy[@]}" true)" "whole 300"
check_is "another set makes it torn" \
	"$(dump "${policy[@]}" policies | cut -d' ' -f1)" torn
check "kernel log is clean" dmesg_clean
done_testing
