#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 480
#
# nfim check: each thing that can be missing is taken away; the check finds it,
# the command that it names is run, and the check is content.
#
#   lan1 -- gw -- rt: gw is what is checked

. "$(dirname "$0")/lib.sh"

# found STATE TEXT: the check says so.
found()
{
	nfim check >"$tmp/check"
	cat "$tmp/check"
	grep "^$1 " "$tmp/check" | grep -F -- "$2"
}

not_found()
{
	! found "$@"
}

# mend_of TEXT: the command after the finding.
mend_of()
{
	nfim check | grep -F -A 1 -- "$1" | sed -n 's/^    mend: //p' | head -n 1
}

# mend TEXT [NAMESPACE]: runs that command, on the gateway or where it is said.
mend()
{
	local command where=${2-$gw} enter=()

	command=$(mend_of "$1")
	echo "$where: $command"
	[ -n "$command" ] || return
	[ "$where" = host ] || enter=(nsenter --net="/run/netns/$where")
	PATH=$tmp/bin:$PATH "${enter[@]}" bash -c "$command"
}

# cycle NAME STATE TEXT [NAMESPACE]: found, mended, gone.
cycle()
{
	check "$1: found" found "$2" "$3"
	check "$1: mended" mend "$3" "${4-$gw}"
	check "$1: gone" not_found "$2" "$3"
}

# status: exit code of the check.
status()
{
	nfim check >/dev/null
	echo $?
}

# json PYTHON: an expression about "found", the list of findings.
json()
{
	nfim -j check | "${python[@]}" -c '
import json, sys
doc = json.load(sys.stdin)
found = doc["findings"]
assert doc["schema"] == 1 and eval("(" + sys.argv[1] + ")"), found' "$1"
}

rules()
{
	in_ns "$gw" nft -f -
}

# Beside gateway_rules: what the helper for SIP expects may come in.
sip_rule()
{
	in_ns "$gw" nft insert rule inet filter forward \
		ct state related ct helper imsip udp dport 1024-65535 accept
}

# has_escape COMMAND...: colours its output.
has_escape()
{
	"$@" | grep -q $'\e'
}

in_user_ns()
{
	unshare --user --map-root-user --net "$(nfim_tool)" check
}

user_ns_found()
{
	in_user_ns | grep "^$1 " | grep -F -- "$2"
}

need_root
mkdir "$tmp/bin"
ln -s "$(nfim_tool)" "$tmp/bin/nfim"
modprobe -qa nf_conntrack nf_nat nft_ct nf_conntrack_ftp nft_flow_offload \
	nf_flow_table_inet nf_conntrack_sip
is_loaded && skip_all "the module is loaded already"
plan 113
setup_topology masq

# --- module, kernel, settings ----------------------------------------------

if file=$(module_file); then
	cd "${file%/*}" || bail_out "no ${file%/*}"
fi
check_is "without module the exit code is 4" "$(status)" 4
check "and JSON is one document" json \
	'found[0]["check"] == "module" and found[0]["state"] == "missing"'
cycle "module" missing "module nf_conntrack_im is not loaded" host
is_loaded || bail_out "the module is not loaded"
loaded_here=1
load_module

if modprobe -r nft_ct 2>/dev/null; then
	cycle "nft_ct" missing "nft_ct is not loaded" host
else
	for step in found mended gone; do
		skip "nft_ct: $step" "it is built in, or used"
	done
fi
echo 100 >/proc/sys/net/netfilter/nf_conntrack_expect_max
cycle "expect_max" missing "only 100 endpoints" host
in_ns "$gw" bash -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
cycle "forwarding" hint "IPv4 packets are not forwarded"

text="another user namespace owns this network namespace"
check "userns: found" user_ns_found missing "$text"
command=$(in_user_ns | grep -F -A 1 "$text" | sed -n 's/^    mend: //p')
check "userns: mended" bash -c "$command"
check_not "userns: gone" user_ns_found missing "$text"
echo 0 >"/sys/module/$module/parameters/userns"

# --- rules that attach the helper ------------------------------------------

gateway_rules masq
sip_rule
rules <<-'END'
table inet theirs {
	chain pre {
		type filter hook prerouting priority mangle;
		iifname "lan" tcp dport 1863 ct helper "msnp" accept
	}
}
END
cycle "matched, not set" missing 'asks for ct helper "msnp", which matches'
in_ns "$gw" nft delete table inet theirs
nfim -q detach
check_is "something missing gives exit code 3" "$(status)" 3
check_is "the interface inside is found" "$(mend_of "no rule attaches")" \
	"nfim attach --iif lan"
cycle "attached" missing "no rule attaches the helper"
check_is "nothing missing gives exit code 0" "$(status)" 0
check_is "and quiet says nothing" "$(nfim -q check)" ""
check "JSON has all as ok" json '{f["state"] for f in found} == {"ok"} and
	all(f["mend"] is None and f["sentence"] for f in found)'

nfim -q detach
start_server
start old "$lan1" "${python[@]}" -c '
import socket, sys
s = socket.create_connection((sys.argv[1], 1863), 60)
print("up", flush=True)
sys.stdin.read()' "$srv_addr"
wait_said old up 60
nfim -q attach --iif lan
cycle "older than the rule" hint "1 tcp connection to port 1863 began before"
in_ns "$gw" bash -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose'
stop old
stop server

start tls "$srv" "${python[@]}" -c '
import socket, sys
s = socket.create_server((sys.argv[1], 5061))
print("up", flush=True)
sys.stdin.read()' "$srv_addr"
wait_said tls up 60
start old "$lan1" "${python[@]}" -c '
import socket, sys
s = socket.create_connection((sys.argv[1], 5061), 60)
print("up", flush=True)
sys.stdin.read()' "$srv_addr"
wait_said old up 60
check "SIP over TLS is a hint" found hint "connections go to port 5061"
stop old
stop tls

nfim -q attach --port 1863 1864
check_is "ports are kept" "$(mend_of "from anywhere")" \
	"nfim attach --iif lan --port 1863 1864"
cycle "from anywhere" hint "from anywhere, wan included"
nfim -q attach --iif wan
cycle "outside only" hint "comes in by wan"
nfim -q detach

# helper_table CHAIN...: a table of another tool, with these chains.
helper_table()
{
	rules <<-END
	table inet theirs {
		ct helper msnp { type "msnp" protocol tcp; }
		$*
	}
	END
}

helper_table 'chain pre { type filter hook prerouting priority raw;
	iifname "lan" tcp dport 1863 ct helper set "msnp"; }'
cycle "before conntrack" missing "at priority -300, before conntrack"
check "and another rule was made" found ok "table inet nfim attaches"
in_ns "$gw" nft delete table inet theirs
nfim -q detach
helper_table 'chain pre { type nat hook prerouting priority dstnat;
	iifname "lan" tcp dport 1863 ct helper set "msnp"; }'
cycle "in nat" hint "in a hook of nat"
in_ns "$gw" nft delete table inet theirs
nfim -q detach
helper_table 'chain pre { type filter hook prerouting priority mangle;
	iifname "lan" ct state established tcp dport 1863 ct helper set "msnp"; }'
cycle "for old connections" missing "to connections that are there already"
in_ns "$gw" nft delete table inet theirs
nfim -q detach
helper_table 'chain lost { iifname "lan" tcp dport 1863 ct helper set "msnp"; }'
cycle "in a chain that nothing leads to" missing "no packet comes there"
in_ns "$gw" nft delete table inet theirs
nfim -q detach
helper_table 'chain sub { tcp dport 1863 ct helper set "msnp"; }
	chain pre { type filter hook prerouting priority mangle;
		iifname vmap { "lan" : jump sub }; }'
check "a chain that a map leads to is as good" found ok "after conntrack"
start phone "$gw" "${python[@]}" -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 5060))
print("up", flush=True)
sys.stdin.read()'
wait_said phone up 60
cycle "forgotten in output" hint "a program on this host uses port 5060"
stop phone
in_ns "$gw" nft delete table inet theirs
nfim -q attach --iif lan

rules <<-'END'
table ip other {
	ct helper files { type "ftp" protocol tcp; }
	chain pre {
		type filter hook prerouting priority -160;
		tcp dport 1863 ct helper set "files"
		tcp dport 21 ct helper set "files"
	}
}
END
cycle "another helper" missing "gives port 1863 to the helper ftp"
if modprobe -qn nf_nat_ftp && [ ! -d /sys/module/nf_nat_ftp ]; then
	cycle "half of a helper" hint "nf_nat_ftp, which translates for it" host
else
	for step in found mended gone; do
		skip "half of a helper: $step" "it is built in, or used"
	done
fi
in_ns "$gw" nft delete table ip other
rules <<-'END'
table ip other {
	ct helper phones { type "sip" protocol udp; }
	chain pre {
		type filter hook prerouting priority -160;
		udp dport 5060 ct helper set "phones"
	}
}
END
cycle "the kernel's own for SIP" missing "gives port 5060 to the helper sip"
in_ns "$gw" nft delete table ip other

# --- rules of the firewall -------------------------------------------------

# forward RULES: these, in a chain that drops the rest.
forward()
{
	rules <<-END
	flush chain inet filter forward
	table inet filter {
		chain forward {
			ct state invalid drop
			$*
		}
	}
	END
}

dropped="chain inet filter forward drops the connections that the helper msnp expects"
broad="chain inet filter forward accepts what any helper expects"
forward ct state established accept
cycle "related" missing "$dropped"
forward ct state established,related accept
cycle "one rule for all helpers" hint "$broad"
check "and rules for ours are in its place" \
	found ok "accepts the connections that the helper imsip expects"
forward 'ct state vmap { established : accept, related : accept }'
cycle "a map for all helpers" hint "$broad"
forward 'ct state { established, related } accept'
check "a set as well" found hint "$broad"
forward 'ct state related ct helper "ftp" accept; ct state established accept'
check "a rule for another helper is not enough" found missing "$dropped"
forward 'ct state established accept
	ct state related ct helper "msnp" meta l4proto { tcp, udp } th dport 1024-65535 accept'
cycle "related, of SIP" missing \
	"drops the connections that the helper imsip expects"
forward 'ct state established accept; iifname "lan" accept'
check "nor is one for new connections" found missing "$dropped"
rules <<-'END'
add chain inet filter forward { policy accept; }
END
check_not "a policy that accepts is" found missing "$dropped"
forward 'ct state established accept; drop'
cycle "dropped by a last rule" missing "$dropped"

unguarded="invalid packets are not dropped in"
in_ns "$gw" nft flush chain inet filter input
cycle "invalid in input" missing "$unguarded input"
in_ns "$gw" nft flush chain inet filter forward
cycle "invalid in forward" missing "$unguarded forward"
in_ns "$gw" nft delete table inet filter
cycle "no firewall, input" missing "$unguarded input"
cycle "no firewall, forward" missing "$unguarded forward"
in_ns "$gw" nft delete table inet nfim-guard
rules <<-'END'
table ip filter {
	chain FORWARD { type filter hook forward priority filter; policy drop; }
	chain INPUT { type filter hook input priority filter; }
}
END
check_is "a chain of iptables is left to iptables" \
	"$(mend_of "$unguarded input")" \
	"iptables -I INPUT -m conntrack --ctstate INVALID -j DROP"
check_is "for related as well" "$(mend_of "drops the connections")" \
	"iptables -I FORWARD -p tcp -m conntrack --ctstate RELATED -m helper --helper msnp --dport 1024:65535 -j ACCEPT && iptables -I FORWARD -p udp -m conntrack --ctstate RELATED -m helper --helper msnp --dport 1024:65535 -j ACCEPT"
if command -v iptables-nft >/dev/null && in_ns "$gw" iptables-nft -S >/dev/null
then
	in_ns "$gw" iptables-nft -A FORWARD -p tcp -m conntrack \
		--ctstate RELATED -m helper --helper msnp -j ACCEPT
	in_ns "$gw" iptables-nft -A FORWARD -m conntrack --ctstate INVALID \
		-j DROP
	check "its own form is understood: related" \
		found ok "accepts the connections that the helper msnp expects"
	check "its own form is understood: invalid" \
		found ok "invalid packets are dropped in forward"
else
	skip "its own form is understood: related" "no iptables-nft"
	skip "its own form is understood: invalid" "no iptables-nft"
fi
in_ns "$gw" nft delete table ip filter

rules <<-'END'
table inet fast {
	flowtable f { hook ingress priority 0; devices = { wan }; }
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state established flow add @f
	}
}
END
check "a flowtable is a hint" found hint "puts connections into a flowtable"
check_is "with a command that lets old connections go" \
	"$(mend_of "into a flowtable")" "conntrack -D -p tcp --dport 1863"
in_ns "$gw" nft delete table inet fast

# --- how it is said --------------------------------------------------------

check "quiet leaves only what is missing" \
	test "$(nfim -q check | grep -v '^    mend: ' | cut -d' ' -f1 |
		sort -u)" = missing
check "colour on request" has_escape nfim --color always check
check "request wins over NO_COLOR" \
	has_escape env NO_COLOR=1 "$(nfim_tool)" --color=always check
check_not "no colour in a pipe" has_escape nfim check
check_not "no colour in JSON" has_escape nfim -j --color always check

gateway_rules masq
sip_rule
in_ns "$gw" bash -c "PATH=$tmp/bin:\$PATH; nfim -q attach --iif lan"
check_is "all is well" "$(status)" 0
start_server
make_file 10000
check "and a transfer shows it" transfer "$lan1" "$peer"
stop server
in_ns "$gw" nft flush ruleset
check "module is unused without rules" wait_for 10 unused
check "module unloads" unload_module
check "kernel log is clean" dmesg_clean
done_testing
