#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# Who may do what: in a network namespace of an unprivileged user the helper is
# there, reads nothing and takes no policies, unless the administrator allows it
# with the module parameter userns=1; and who is not in charge of a namespace
# is refused by every command.

. "$(dirname "$0")/lib.sh"

param=/sys/module/nf_conntrack_im/parameters/userns
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

# inside.sh: runs as root of a user namespace, in a network and a mount
# namespace of its own. A client here talks MSNP to a server in a second one.
cat >"$tmp/inside.sh" <<'END'
set -eu
cd "${0%/*}"
mount -t tmpfs run /run
ip netns add far
ip link add near type veth peer name eth0 netns far
ip -n far link set lo up
ip -n far addr add 10.9.9.2/24 dev eth0
ip -n far link set eth0 up
ip link set lo up
ip addr add 10.9.9.1/24 dev near
ip link set near up
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
echo ready
[ ! -p hold ] || cat hold
./nfim policy load p.conf >load.out 2>&1 && loaded=yes || loaded=no
/usr/bin/python3 talk.py
echo "loaded $loaded"
echo "messages $(./nfim -j stats | tr ',{}' '\n\n\n' |
	sed -n 's/^ *"messages": *//p')"
echo "clients $(./nfim show clients | grep -c MSNMSGR || :)"
END

# Sockets stay in the namespace in which they are made.
cat >"$tmp/talk.py" <<'END'
import ctypes, os, socket, sys

sys.path.insert(0, ".")
from expect import expect

libc = ctypes.CDLL(None, use_errno=True)
socket.setdefaulttimeout(20)

def enter(fd):
    if libc.setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")

here = os.open("/proc/self/ns/net", os.O_RDONLY)
enter(os.open("/run/netns/far", os.O_RDONLY))
listener = socket.create_server(("10.9.9.2", 1863))
enter(here)
client = socket.create_connection(("10.9.9.2", 1863))
server, _ = listener.accept()

def say(sender, receiver, line):
    line = line.encode() + b"\r\n"
    sender.sendall(line)
    while line:
        got = receiver.recv(len(line))
        assert got and line.startswith(got), got
        line = line[len(got):]

say(client, server, "VER 1 MSNP8 CVR0")
say(server, client, "VER 1 MSNP8 CVR0")
say(client, server, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0203 MSMSGS a@b.c")
say(server, client, "CVR 2 6.1.0203 6.1.0203 1.0.0000 http://b.c http://b.c")

expect(client, 7777)
enter(os.open("/run/netns/far", os.O_RDONLY))
door = socket.create_server(("10.9.9.2", 7777))
enter(here)
with socket.create_connection(("10.9.9.2", 7777)):
    door.accept()[0].close()
    print("came yes")
END

# What ctnetlink expects, and calls our function for, where there may be nothing of ours.
cat >"$tmp/expect.py" <<'END'
import socket, struct

def attr(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + \
        b"\0" * (-len(data) % 4)

def tuple_of(kind, src, dst, sport, dport):
    return attr(kind | 0x8000, attr(1 | 0x8000, attr(1, socket.inet_aton(src)) +
                                    attr(2, socket.inet_aton(dst))) +
                attr(2 | 0x8000, attr(1, b"\6") +
                     attr(2, struct.pack(">H", sport)) +
                     attr(3, struct.pack(">H", dport))))

def expect(client, port):
    src, dst = client.getsockname(), client.getpeername()
    text = struct.pack("=BBH", socket.AF_INET, 0, 0) + \
        tuple_of(1, src[0], dst[0], src[1], dst[1]) + \
        tuple_of(2, src[0], dst[0], 0, port) + \
        tuple_of(3, "255.255.255.255", "255.255.255.255", 0, 0xffff) + \
        attr(4, struct.pack(">I", 60)) + attr(11, b"nfim-media\0")
    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    netlink.send(struct.pack("=IHHII", 16 + len(text), 2 << 8, 0x405, 1, 0) +
                 text)
    error = struct.unpack("=i", netlink.recv(1000)[16:20])[0]
    print("expected", error)
END

cat >"$tmp/p.conf" <<'END'
policy "mine" {
	default = yes
}
END

# As nobody, who is root in a user namespace of his own.
try_unprivileged()
{
	timeout -k 5 60 "${nobody[@]}" unshare -Urnm \
		bash "$tmp/inside.sh" >"$tmp/inside.log" 2>&1
}

inside()
{
	awk -v name="$1" '$1 == name { print $2 }' "$tmp/inside.log"
}

# refused COMMAND...: one may not.
refused()
{
	local out

	out=$(in_ns "$gw" "${nobody[@]}" "$@" 2>&1)
	[ $? = 1 ] && grep CAP_NET_ADMIN <<<"$out"
}

load_module
need_tools setpriv unshare timeout
plan 21
setup_topology masq
chmod 755 "$tmp"
cp "$(nfim_tool)" "$tmp/nfim"
: >"$tmp/load.out" && chmod 666 "$tmp/load.out"
"${nobody[@]}" unshare -Urnm true 2>/dev/null ||
	skip_all "users may not make namespaces here"

check_is "not allowed as the module is loaded" "$(cat $param)" N
check "an unprivileged user talks MSNP" try_unprivileged
check_is "nothing was read" "$(inside messages)" 0
check_is "what it expects itself is taken" "$(inside expected)" 0
check_is "and comes" "$(inside came)" yes
check_is "no client was learnt" "$(inside clients)" 0
check_is "a policy was not taken" "$(inside loaded)" no
check "and the reason was told" grep -q 'userns=1' "$tmp/load.out"

# One that was there before.
mkfifo "$tmp/hold"
rm -f "$tmp/inside.log"
try_unprivileged &
waiting=$!
wait_for 30 grep -q ready "$tmp/inside.log"
echo Y >$param
timeout 20 sh -c ': >"$1"' sh "$tmp/hold"
rm "$tmp/hold"
check "allowed meanwhile: an unprivileged user talks MSNP" wait $waiting
check_is "allowed meanwhile: the client was learnt" "$(inside clients)" 1
check "allowed: an unprivileged user talks MSNP" try_unprivileged
check_is "allowed: it was read" \
	"$([ "$(inside messages)" -gt 0 ] && echo yes)" yes
check_is "allowed: the client was learnt" "$(inside clients)" 1
check_is "allowed: a policy was taken" "$(inside loaded)" yes
echo N >$param
check "not allowed again: MSNP passes" try_unprivileged
check_is "not allowed again: nothing was read" "$(inside messages)" 0

# Nobody in the gateway's namespace, without and with a user namespace.
check "who is not in charge may not read" refused "$tmp/nfim" stats
check "nor load" refused "$tmp/nfim" policy load "$tmp/p.conf"
check "nor watch" refused "$tmp/nfim" monitor --timeout 1
check "a user namespace alone makes no difference" \
	refused unshare -Ur "$tmp/nfim" stats
check "kernel log is clean" dmesg_clean
done_testing
