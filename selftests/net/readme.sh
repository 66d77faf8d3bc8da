#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# What README.md says to type, typed: attach, the firewall, and three commands to
# a loaded policy and a line of the monitor. Files and calls then get through.

. "$(dirname "$0")/lib.sh"
. "$net_dir/phones.sh"

readme=$root_dir/README.md

# block TEXT: the code block of the README that has that text in it.
block()
{
	awk -v text="$1" '
		/^    / {
			code = code substr($0, 5) "\n"
			next
		}
		/^$/ && code { code = code "\n"; next }
		{ if (index(code, text)) exit; code = "" }
		END { if (index(code, text)) printf "%s", code }' "$readme"
}

# typed LINE...: at a prompt in the root of the repository, on the gateway.
typed()
{
	in_ns "$gw" bash -ec "cd $(printf %q "$root_dir"); $*" 2>&1
}

[ -e "$readme" ] || skip_all "needs README.md"
need_phones
load_module
plan 11
setup_topology masq
gateway_rules masq
in_ns "$gw" nft delete table inet filter
start_server
make_file 20000

mapfile -t commands < <(block 'nfim monitor' | grep .)
check_is "there are three commands" "${#commands[@]}" 3
check "attach" typed "$(block 'nfim attach' | grep 'nfim attach')"
check "the firewall loads" typed "nft -f - <<'END'
$(block 'chain forward')
END"

check "first: the policies are loaded" typed "${commands[0]}"
check "second: the clients are shown" typed "${commands[1]}"
start monitor "$gw" bash -c "cd $(printf %q "$root_dir"); exec ${commands[2]} -v"
wait_said monitor watching
check "a file is sent" transfer "$lan1" "$peer" --client MSNMSGR 6.1.0203
check "third: the client is told" wait_said monitor \
	"client host $lan1_addr server $srv_addr:1863"
check "with its policy and version" wait_said monitor \
	"policy msn-6.1 client MSNMSGR 6.1.0203"
check "the offer is told with its verdict" wait_said monitor \
	"offer file-transfer tcp $wan_addr:6891 -> $lan1_addr:6891 expected-edited"
check "both ends of a call are heard" rings
typed "userspace/nfim detach" >/dev/null
stop monitor
check "kernel log is clean" dmesg_clean
done_testing
