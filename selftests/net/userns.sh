#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# A network namespace of an unprivileged user: the helper is there and does
# nothing, unless the administrator allows it.

. "$(dirname "$0")/lib.sh"

param=/sys/module/nf_conntrack_im/parameters/userns

# In a namespace of its own: a client talks to a server on two addresses of one
# host through a veth pair; prints how many commands were read.
cat >"$tmp/inside.sh" <<'END'
set -u
ip link set lo up
ip link add a type veth peer name b
unshare -n bash -c 'echo $$; exec sleep 60' >"$2/far" &
far=$!
until [ -s "$2/far" ]; do read -r -t 0.05 _ <>/dev/null || :; done
pid=$(cat "$2/far")
ip link set b netns "$pid"
nsenter -t "$pid" -n ip addr add 10.9.9.2/24 dev b
nsenter -t "$pid" -n ip link set b up
ip addr add 10.9.9.1/24 dev a
ip link set a up
nft -f - <<RULES
table inet t {
	ct helper h {
		type "msnp" protocol tcp;
	}
	chain out {
		type filter hook output priority mangle;
		tcp dport 1863 ct helper set "h"
	}
}
RULES
/usr/bin/python3 "$1" "$pid"
kill $far
END
cat >"$tmp/talk.py" <<'END'
import os, socket, sys
listener_ready, ready = os.pipe()
if os.fork() == 0:
    with open('/proc/%s/ns/net' % sys.argv[1]) as ns:
        import ctypes
        ctypes.CDLL(None, use_errno=True).setns(ns.fileno(), 0)
    s = socket.create_server(('10.9.9.2', 1863))
    os.write(ready, b'x')
    c, _ = s.accept()
    c.recv(100)
    c.sendall(b'VER 1 MSNP8 CVR0\r\n')
    c.recv(100)
    os._exit(0)
os.read(listener_ready, 1)
c = socket.create_connection(('10.9.9.2', 1863))
c.sendall(b'VER 1 MSNP8 CVR0\r\n')
c.recv(100)
c.sendall(b'CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0203 MSMSGS a@b\r\n')
c.close()
END

# As nobody, in a user namespace of its own.
try_unprivileged()
{
	local out

	chmod 755 "$tmp"
	mkdir -p "$tmp/w" && chmod 777 "$tmp/w"
	out=$(setpriv --reuid 65534 --regid 65534 --clear-groups \
		unshare -Urn bash -c \
		"bash $tmp/inside.sh $tmp/talk.py $tmp/w &&
		 $(nfim_tool) -j stats" 2>&1)
	echo "$out"
	messages=$(tr ',{}' '\n\n\n' <<<"$out" |
		awk -F '[":, ]+' '$2 == "messages" { print $3 }')
	[ -n "$messages" ]
}

load_module
plan 6
setup_topology masq
check_is "inert unless allowed" "$(cat $param)" N
check "an unprivileged user talks MSNP" try_unprivileged
check_is "nothing was read" "${messages-}" 0
echo Y >$param
check "allowed: an unprivileged user talks MSNP" try_unprivileged
check_is "allowed: it was read" "$([ "${messages:-0}" -gt 0 ] && echo yes)" yes
check "kernel log is clean" dmesg_clean
done_testing
