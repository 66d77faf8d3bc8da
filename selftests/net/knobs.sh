#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# What a policy says beside ports does what it says: third-party,
# privileged-ports, hairpin, hold, and which SIP phones it is for (agent).
# client-ip is in hold-server.sh, net-limit in policy.sh.
#
#   alice (lan1) 192.168.77.2 --+
#                               +-- gw 192.0.2.1 -- rt -+- server
#   carol (lan2) 192.168.77.3 --+   policies            +- bob (peer)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pieces.sh"

# load KEY...: a policy with these lines is in force.
load()
{
	{
		echo 'policy "knobs" {'
		echo 'default = yes'
		printf '%s\n' "$@"
		cat <<-END
			application file-transfer {
				inside = { 1000-1100, 6891-6900 }
				lifetime = 60
			}
			application switchboard { inside = { 1863 } }
		}
		END
	} >"$tmp/knobs.conf"
	nfim policy load "$tmp/knobs.conf"
}

# begin_half: half an INVITE is on its way to a server that tells when it comes.
begin_half()
{
	remember_stats
	start sip "$srv" "${python[@]}" -c 'if True:
	import socket
	listener = socket.create_server(("", 5060))
	print("ready", flush=True)
	conn, _ = listener.accept()
	text = b""
	while not text.endswith(b"c=end\r\n"):
	    text += conn.recv(4096)
	    print("got", len(text), flush=True)'
	wait_said sip ready || return
	start half "$lan1" "${python[@]}" -c 'if True:
	import socket, sys
	conn = socket.create_connection((sys.argv[1], 5060))
	head = ("INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/TCP %s;branch=z9hG4bK1\r\n"
	        "From: <sip:a@x>;tag=a\r\nTo: <sip:b@x>\r\nCall-ID: half\r\n"
	        "CSeq: 1 INVITE\r\nContent-Length: 13\r\n\r\n"
	        % conn.getsockname()[0])
	conn.sendall((head + "v=0\r\n").encode())
	print("half", flush=True)
	sys.stdin.readline()
	conn.sendall(b"c=end\r\n")' "$srv_addr"
	wait_said half half
}

end_half()
{
	go half
	finish half && finish sip || { cat "$tmp/half.log" "$tmp/sip.log"; return 1; }
}

load_sip()
{
	printf '%s\n' 'policy "phones" {' 'helper = imsip' 'default = yes' "$@" \
		'application rtp-audio { inside = { 17000 } }' '}' >"$tmp/sip.conf"
	nfim policy load "$tmp/sip.conf"
}

# announce OPTIONS...: alice announces, and bob has heard of it.
announce()
{
	remember_stats
	begin_transfer "$lan1" "$peer" --style private "$@" -- --pause || return
	wait_said receive paused
}

# Nobody need come.
forget_offers()
{
	stop send
	stop receive
	in_ns "$gw" conntrack -F expect >/dev/null 2>&1
}

waits_at()
{
	nfim show expectations | grep -F -- "-> $1  waiting"
}

# phone LINE...: a phone behind the gateway sends them, and $sdp if it is set.
phone()
{
	printf '%s\r\n' "$@" "Content-Length: ${#sdp}" "" >"$tmp/said"
	printf '%s' "$sdp" >>"$tmp/said"
	in_ns "$lan1" "${python[@]}" - "$tmp/said" "$lan1_addr" "$peer_addr" <<-'END'
	import socket, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind((sys.argv[2], 5060))
	with open(sys.argv[1], "rb") as message:
	    s.sendto(message.read(), (sys.argv[3], 5060))
	END
}

# invite AGENT: it calls, and says what it is.
invite()
{
	local sdp

	sdp=$(printf '%s\r\n' v=0 "o=a 1 1 IN IP4 $lan1_addr" s=- \
		"c=IN IP4 $lan1_addr" "t=0 0" "m=audio 17000 RTP/AVP 0")$'\n'
	remember_stats
	phone "INVITE sip:bob@$peer_addr SIP/2.0" \
		"Via: SIP/2.0/UDP $lan1_addr:5060;branch=z9hG4bK$RANDOM$RANDOM" \
		"From: <sip:alice@$lan1_addr>;tag=$RANDOM" \
		"To: <sip:bob@$peer_addr>" "Call-ID: $RANDOM$RANDOM" \
		"CSeq: 1 INVITE" "User-Agent: $1" "Max-Forwards: 70" \
		"Contact: <sip:alice@$lan1_addr:5060>" \
		"Content-Type: application/sdp"
}

# reply SERVER: it was asked what it can, and says what it is.
reply()
{
	local sdp=

	phone "SIP/2.0 200 OK" \
		"Via: SIP/2.0/UDP $peer_addr:5060;branch=z9hG4bK$RANDOM$RANDOM" \
		"From: <sip:bob@$peer_addr>;tag=$RANDOM" \
		"To: <sip:alice@$lan1_addr>;tag=$RANDOM" "Call-ID: $RANDOM" \
		"CSeq: 7 OPTIONS" "Server: $1"
}

shown_as()
{
	nfim show clients | grep -E "$lan1_addr +$1 +policy $2 "
}

load_module
plan 40
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 20000

check "third-party: policies without" load
check "third-party: alice announces carol" announce --announce-address "$lan2_addr"
check "third-party: refused" stat_moved refused-not-self 1
forget_offers
check "third-party: policies with carol" load "third-party = { $lan2_addr }"
check "third-party: alice announces carol again" \
	announce --announce-address "$lan2_addr"
check "third-party: opened to carol" waits_at "$lan2_addr:6891"
forget_offers

check "privileged-ports: policies without" load
check "privileged-ports: alice announces port 1001" announce --announce-port 1001
check "privileged-ports: refused" stat_moved refused-port-privileged 1
forget_offers
check "privileged-ports: policies with" load "privileged-ports = yes"
check "privileged-ports: alice announces it again" announce --announce-port 1001
check "privileged-ports: opened" waits_at "$lan1_addr:1001"
forget_offers

check "hairpin: policies without" load "hairpin = no"
check "hairpin: carol cannot connect to alice" blocked receive "$lan1" "$lan2" \
	--style private -- --connect-patience 2
check "hairpin: policies with" load
check "hairpin: carol gets the file" transfer "$lan1" "$lan2" --style private
forget_offers

patient "$lan1"
check "hold: policies with" load
check "hold: an announcement in pieces" announce --pieces 40
check "hold: was held" stat_moved held
check "hold: and opened" waits_at "$lan1_addr:6891"
forget_offers
check "hold: policies without" load "hold = no"
check "hold: an announcement in pieces again" announce --pieces 40
check "hold: was not held" stat_moved held 0
check "hold: but passed as it was" stat_moved split
forget_offers

in_ns "$gw" nft -f - <<-'END'
table inet sip {
	ct helper sip { type "imsip" protocol udp; }
	ct helper sipt { type "imsip" protocol tcp; }
	chain pre {
		type filter hook prerouting priority mangle;
		iifname "lan" tcp dport 5060 ct helper set "sipt"
		iifname "lan" udp dport 5060 ct helper set "sip"
	}
}
END
check "hold, SIP: policies with" load_sip
check "hold, SIP: half an INVITE" begin_half
check "hold, SIP: was held" wait_for 10 stat_moved held
check "hold, SIP: and comes whole" end_half
check "hold, SIP: policies without" load_sip "hold = no"
check "hold, SIP: half an INVITE again" begin_half
check "hold, SIP: passes at once" wait_said sip got
check "hold, SIP: was not held" stat_moved held 0
check "hold, SIP: the rest comes" end_half

cat >"$tmp/agents.conf" <<-END
	policy "communicator" {
		helper = imsip
		agent = "LCC/1.3"
	}
	policy "phones" {
		helper = imsip
		default = yes
		application rtp-audio { protocol = udp inside = { 17000 } }
	}
END
check "agent: policies by agent" nfim policy load "$tmp/agents.conf"
invite "LCC/1.3"
check "agent: the first phone is known" \
	wait_for 10 shown_as LCC/1.3 communicator
check "agent: and refused" wait_for 10 stat_moved refused-policy
invite "baresip v1.0"
check "agent: another one on the host is known" \
	wait_for 10 shown_as "baresip v1.0" phones
check "agent: and gets its port" wait_for 10 waits_at "$lan1_addr:17000"
reply "LCC/1.3 answering"
check "agent: who answers is known by Server" \
	wait_for 10 shown_as "LCC/1.3 answering" communicator
check "kernel log is clean" dmesg_clean
done_testing
