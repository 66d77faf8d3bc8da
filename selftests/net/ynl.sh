#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
#
# The netlink specification, read by the kernel tree's own cli.py: it is valid,
# and what it says is what the module does.

. "$(dirname "$0")/lib.sh"

tree=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}/linux-6.12
spec=$root_dir/include/netlink/nfim.yaml

[ -e "$tree/tools/net/ynl/cli.py" ] || skip_all "needs cli.py of a kernel tree"
/usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null ||
	skip_all "needs python3-yaml and python3-jsonschema"

# ynl OPTIONS...: in the gateway's namespace
ynl()
{
	in_ns "$gw" /usr/bin/python3 "$tree/tools/net/ynl/cli.py" \
		--spec "$spec" --schema "$tree/Documentation/netlink/genetlink.yaml" \
		--output-json "$@"
}

# says TEXT COMMAND...: the command succeeds and its output has TEXT.
says()
{
	local text=$1 out

	shift
	out=$("$@" 2>&1) || { echo "$out"; return 1; }
	echo "$out"
	[[ $out == *"$text"* ]]
}

# refuses TEXT COMMAND...: the command fails and says TEXT.
refuses()
{
	local text=$1 out

	shift
	if out=$("$@" 2>&1); then
		echo "$out"
		return 1
	fi
	echo "$out"
	[[ $out == *"$text"* ]]
}

policy='{"policy": [{"name": "one", "helper": "msnp", "default": true,
 "client": ["MSNMSGR"], "app": [{"name": "file-transfer", "allow": true,
 "protos": ["tcp"], "limit": 3, "lifetime": 60,
 "inside": [{"lo": 6891, "hi": 6901}]}]}]}'

load_module
plan 11
setup_topology masq

check "info" says '"helper": ["msnp", "imsip"]' ynl --do info-get
check "counters" says '"name": "expected"' ynl --do stats-get
check "no offers" says '[]' ynl --dump offer-get
check "no clients" says '[]' ynl --dump client-get
check "built-in policies" says 'built-in-msnp' ynl --dump policy-get
check "a policy is set" says '"generation": 1' \
	ynl --do policy-set --json "$policy"
check "it is in force" says '"limit": 3' ynl --dump policy-get
check "a wrong one is refused with a sentence" \
	refuses "no such application" \
	ynl --do policy-set --json "${policy/file-transfer/file-transfers}"
check "nothing changed" says '"generation": 1' ynl --dump policy-get
check "flush" ynl --do policy-flush
check "kernel log is clean" dmesg_clean
done_testing
