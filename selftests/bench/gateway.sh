#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a helper costs of all that a gateway does with a packet: two connections
# through the same rules, of which one has a helper, in turn, in one run. A ratio of
# 1.00 is a helper that costs nothing; "none" has no helper on either, so it shows
# what the measurement is worth. In a virtual machine whose clock counts instructions:
#
#   selftests/vm/run.sh -i -t 900 KERNEL selftests/bench/gateway.sh [ROUNDS [NAME]]
#
# With a NAME only packets whose names begin so.

. "$(dirname "$0")/../net/lib.sh"

rounds=${1:-9}
only=${2:-}
row='%-24s %-10s %9s %9s %8s %8s %8s\n'

modprobe -qa nf_conntrack_ftp nf_nat_ftp nf_conntrack_sip nf_nat_sip
load_module
setup_topology masq
gateway_rules masq
gcc -O2 -D_GNU_SOURCE -o "$tmp/gateway" "$root_dir/selftests/bench/gateway.c" ||
	bail_out "cannot compile"

# Only the first packet is asked for its helper, so both flows have the same way.
in_ns "$gw" nft -f - <<-'END' || bail_out "nft refuses the helpers"
	table inet helpers {
		ct helper msnp { type "msnp" protocol tcp; }
		ct helper imsip-tcp { type "imsip" protocol tcp; }
		ct helper imsip-udp { type "imsip" protocol udp; }
		ct helper ftp { type "ftp" protocol tcp; }
		ct helper sip-tcp { type "sip" protocol tcp; }
		ct helper sip-udp { type "sip" protocol udp; }
		chain pre {
			type filter hook prerouting priority mangle; policy accept;
			ct state established accept
			tcp dport 7001 ct helper set "msnp"
			tcp dport 7002 ct helper set "imsip-tcp"
			tcp dport 7003 ct helper set "ftp"
			tcp dport 7004 ct helper set "sip-tcp"
			udp dport 7002 ct helper set "imsip-udp"
			udp dport 7004 ct helper set "sip-udp"
		}
	}
END
in_ns "$gw" sysctl -q net.netfilter.nf_conntrack_tcp_be_liberal=1 \
	net.netfilter.nf_conntrack_checksum=0
in_ns "$rt" nft -f - <<-'END' || bail_out "nft refuses to drop"
	table netdev behind {
		chain in {
			type filter hook ingress device "wan" priority 0;
			ip dscp 1 drop
		}
	}
END

cat >"$tmp/server.py" <<'END'
import selectors, socket, sys
found = selectors.DefaultSelector()
for port in range(7000, 7011):
    u = socket.socket(type=socket.SOCK_DGRAM)
    u.bind(("", port))
    found.register(u, selectors.EVENT_READ)
    s = socket.create_server(("", port))
    found.register(s, selectors.EVENT_READ)
print("serving", flush=True)
listening = {key.fd for key in found.get_map().values()}
while True:
    for key, _ in found.select():
        s = key.fileobj
        if s.type == socket.SOCK_DGRAM:
            s.sendto(b"x", s.recvfrom(2000)[1])
        elif s.fileno() in listening:
            found.register(s.accept()[0], selectors.EVENT_READ)
        elif data := s.recv(2000):
            if b"\n" in data[:60] and b"MSG" not in data[:3]:
                s.sendall(b"USR 1 OK a@example.com A\r\n")
        else:
            found.unregister(s)
            s.close()
END
start server "$srv" "${python[@]}" "$tmp/server.py"
wait_for 20 said server serving

# pair NAME HELPER PORT KIND SIZE
pair()
{
	local values

	[[ $1 == "$only"* ]] || return
	read -r -a values < <(in_ns "$lan1" timeout 60 "$tmp/gateway" \
		"$4" "$5" "$srv_addr" "$3" 7000 "$rounds")
	[ "${#values[@]}" = 5 ] || bail_out "$1 with $2 says nothing"
	# shellcheck disable=SC2059
	printf "$row" "$1" "$2" "${values[@]}"
}

echo "$(uname -r), $(date +%F)"
# shellcheck disable=SC2059
printf "$row" packet helper with without ratio quartile quartile
for helper in none:7005 msnp:7001 imsip:7002 ftp:7003 sip:7004; do
	pair 'ACK' "${helper%:*}" "${helper#*:}" ack 0
	pair 'TCP, 20 bytes' "${helper%:*}" "${helper#*:}" tcp 20
	pair 'TCP, 1400 bytes' "${helper%:*}" "${helper#*:}" tcp 1400
done
for helper in none:7005 msnp:7001; do
	pair 'P2P bulk, 1400 bytes' "${helper%:*}" "${helper#*:}" bulk 1400
done
for helper in none:7005 imsip:7002 sip:7004; do
	pair 'UDP, 160 bytes' "${helper%:*}" "${helper#*:}" udp 160
	pair 'UDP, 1400 bytes' "${helper%:*}" "${helper#*:}" udp 1400
done
