#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 420
#
# nfim monitor: a line for each thing that happens, as text and as JSON, and
# the numbers that nfim stats --metrics and nfim show have of the same; and the
# table of nfim monitor --top.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   sends, announces nonsense    masquerades         +- bob (peer)

. "$(dirname "$0")/lib.sh"

# monitor NAME OPTIONS...: in the background, when it is listening.
monitor()
{
	local name=$1

	shift
	start "$name" "$gw" "$(nfim_tool)" -v "$@" monitor "${limits[@]}"
	wait_said "$name" watching || bail_out "nfim monitor does not start"
}

# signalled NAME SIGNAL: the monitor's exit code after the signal.
signalled()
{
	kill -s "$2" "${job_pid[$1]}"
	finish "$1"
}

# objects PYTHON: an expression about "all", the list of objects that the JSON
# monitor has printed so far.
objects()
{
	"${python[@]}" - "$tmp/json.log" "$1" <<-'END'
	import json, sys
	all = [json.loads(line) for line in open(sys.argv[1])]
	def one(event):
	    return [o for o in all if o["event"] == event][-1]
	assert eval("(" + sys.argv[2] + ")"), all
	END
}

# top_objects PYTHON: about "last", the table that was printed last.
top_objects()
{
	"${python[@]}" - "$tmp/top.log" "$1" <<-'END'
	import json, sys
	last = json.loads([l for l in open(sys.argv[1]) if l.endswith("\n")][-1])
	host = {h["address"]: h for h in last["hosts"]}
	app = {a["application"]: a for a in last["applications"]}
	assert eval("(" + sys.argv[2] + ")"), last
	END
}

# At a terminal: it is drawn, a key shows one part alone, q ends it, and the
# screen and the keys are as they were.
at_terminal()
{
	in_ns "$gw" /usr/bin/python3 -S - "$(nfim_tool)" <<-'END'
	import os, pty, select, signal, sys, termios, time
	end = time.monotonic() + 90
	master, slave = pty.openpty()
	before = termios.tcgetattr(slave)
	pid = os.fork()
	if not pid:
	    os.dup2(slave, 0)
	    os.dup2(slave, 1)
	    os.execve(sys.argv[1], ["nfim", "monitor", "--top"],
	              {"TERM": "linux"})
	seen = b""
	def until(text):
	    global seen
	    while text not in seen:
	        rest = max(0, end - time.monotonic())
	        if not select.select([master], [], [], rest)[0]:
	            os.kill(pid, signal.SIGKILL)
	            sys.exit("no %r in %r" % (text, seen[-1000:]))
	        seen += os.read(master, 65536)
	    seen = seen[seen.index(text) + len(text):]
	until(b"\033[?1049h")
	until(b"HOST")
	until(b"q quit")
	os.write(master, b"r")
	until(b"REFUSED OR GIVEN UP")
	os.write(master, b"\033[Bp")
	until(b"paused")
	os.write(master, b"q")
	until(b"\033[?1049l")
	status = os.waitpid(pid, 0)[1]
	assert status == 0, status
	assert termios.tcgetattr(slave) == before
	END
}

metric_is()
{
	nfim stats --metrics | grep -qxF "$1 $2"
}

metrics_are_right()
{
	nfim stats --metrics | promtool check metrics
}

# shows NOUN TEXT: nfim show NOUN says so.
shows()
{
	nfim show "$1" | grep -F -- "$2"
}

# error_is_json CODE OPTIONS...: of a command that fails.
error_is_json()
{
	local code=$1

	shift
	nfim "$@" | "${python[@]}" -c '
import json, sys
error = json.load(sys.stdin)["error"]
sys.exit(not error["message"] or error["code"] != int(sys.argv[1]))' "$code"
}

load_module
plan 44
setup_topology masq
gateway_rules masq
start_server
attach_helper
make_file 100000

limits=()
monitor text
monitor json -j
monitor quiet -q
start top "$gw" "$(nfim_tool)" -j monitor --top
check "the table begins" wait_said top '"event":"top"' 60
inside=$lan1_addr:6891 outside=$wan_addr:6891

begin_transfer "$lan1" "$peer" --style private -- --pause
wait_said receive paused
check "the client is told" \
	wait_said text "client host $lan1_addr server $srv_addr:1863 policy"
check "with its version" wait_said text "client MSNMSGR 5.0.0575 MSNP8"
check "the offer is told" \
	wait_said text "offer file-transfer tcp $outside -> $inside expected-edited (same-length) via invitation"
check_not "nothing is told as connected" said text connected
check "show clients has the client" \
	shows clients "$lan1_addr  MSNMSGR 5.0.0575 MSNP8  policy"
check "show expectations has the offer" \
	shows expectations "$outside -> $inside  waiting"
check "and in what it came" grep -q '"mechanism": "invitation"' \
	<(nfim -j show expectations)
check_is "show sessions has none" "$(nfim show sessions)" "no sessions"
nfim monitor --top --count 1 >"$tmp/table"
check "the table has the host" grep -E "^$lan1_addr +MSNMSGR 5\.0\.0575 MSNP8 +built-in-msnp +1 +0 " "$tmp/table"
check "and the endpoint" grep -E "^file-transfer +tcp +$outside -> $inside +waiting, " "$tmp/table"
check "metrics count a waiting offer" \
	metric_is 'nfim_offers{state="waiting"}' 1
go receive
check "the transfer succeeds" end_transfer
check "the connection is told" \
	wait_said text "connected file-transfer tcp $outside -> $inside peer $peer_addr:"

begin_transfer "$lan1" "$peer" --client MSNMSGR 6.1.0203 \
	--announce-address "$lan1_addr" --announce-port 22 -- --pause
wait_said receive paused
check "a refusal is told" \
	wait_said text "offer file-transfer tcp $lan1_addr:22 refused-port-privileged"
check "another client on the host is told" \
	wait_said text "client client-changed host $lan1_addr"
check "the table has it" wait_said top '"last":"refused-port-privileged"' 60
check "with what it was before" top_objects \
	'host["'"$lan1_addr"'"]["opened"] == 1 and
	host["'"$lan1_addr"'"]["refused"] == 1 and
	app["file-transfer"]["refused"] == 1 and
	last["totals"]["refused"] == 1 and last["refusals"] ==
	[{"reason": "refused-port-privileged", "total": 1, "new": 1}]'
check "it is drawn at a terminal, and obeys keys" at_terminal
stop top
go receive
end_transfer
check "metrics count it by its reason" \
	metric_is 'nfim_refused_total{reason="port-privileged"}' 1
check "metrics count the client" metric_is nfim_clients 1
if command -v promtool >/dev/null; then
	check "promtool accepts the metrics" metrics_are_right
else
	skip "promtool accepts the metrics" "no promtool"
fi

nfim -q policy flush
check "a change of the policies is told" \
	wait_said text "policy generation"
wait_said json '"event":"policy"'
check "each line is an object with schema, time and event" objects \
	'all and {(o["schema"], type(o["time"]), list(o)[:3] ==
	["schema", "time", "event"]) for o in all} == {(1, int, True)}'
check "the offer has its endpoints as numbers" objects \
	'[o["outside"] for o in all if o.get("reason") == "expected-edited"] ==
	[{"address": "'"$wan_addr"'", "port": 6891}]'
check "a client that changes is not a new one" objects \
	'[o["reason"] for o in all if o["event"] == "client"] ==
	["client-new", "client-new", "client-changed"]'
check "both name the mechanism" objects \
	'[one(e)["mechanism"] for e in ("offer", "connected")] ==
	["invitation"] * 2'
check "the connection has the peer" objects \
	'one("connected")["peer"]["address"] == "'"$peer_addr"'"'
check "the refusal has no outside endpoint" objects \
	'["outside" in o for o in all if
	o.get("reason") == "refused-port-privileged"] == [False]'
check "the policies are counted" objects 'one("policy")["policies"] > 0'
check "quiet tells the refusal" wait_said quiet refused-port-privileged
check_is "and nothing else" "$(grep -vc watching "$tmp/quiet.log")" 1

# --- how it ends -----------------------------------------------------------

signalled text TERM
check_is "it ends on SIGTERM" $? 0
start interrupted "$gw" env --default-signal=INT "$(nfim_tool)" -v monitor
wait_said interrupted watching
signalled interrupted INT
check_is "it ends on SIGINT" $? 0
stop json
stop quiet

limits=(--count 2)
monitor counted -j
nfim -q policy flush
nfim -q policy flush
check "it ends after so many events" finish counted
check_is "and has told no more" "$(grep -vc watching "$tmp/counted.log")" 2
check "it ends after so many seconds" nfim monitor --timeout 1
check_is "and says if events are missing" \
	"$(nfim monitor --count 1 --timeout 1 2>&1; echo $?)" \
	"nfim: only 0 of 1 events in 1 s
1"
check_is "it ends after so many tables" \
	"$(nfim -j monitor --top --count 2 | grep -c '"schema":1,.*"event":"top"')" 2
check "an error is JSON if that is asked for" error_is_json 2 -j monitor --cuont 1

stop server
detach_helper
limits=()
monitor last
check "module is unused without the rule" wait_for 10 unused
check "module unloads" unload_module
finish last
check_is "the monitor says that the module is gone" $? 4
check "kernel log is clean" dmesg_clean
done_testing
