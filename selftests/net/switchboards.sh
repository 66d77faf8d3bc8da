#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 400
#
# A client chats with two hundred others at once and has an announcement in each
# chat; all of them are opened, and used.
#
#   alice (lan1) 192.168.77.2 -- gw 192.0.2.1 -- rt -+- server 198.51.100.10
#   listens on 200 ports         masquerades         +- bob (peer), connects

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/peers.sh"

many=200

# paused_many: as far as all the announcements.
paused_many()
{
	begin_meeting slp "$lan1" "$peer" --count $many --listen-port 4100 \
		--size 500 -- --inviting --count $many --size 500 --pause &&
		wait_said connect paused 150
}

load_module
plan 10
setup_topology masq
gateway_rules masq
start_server
attach_helper
check "policies that allow so many" allow_all 300

remember_stats
patience=120
check "all announcements arrive" paused_many
check_is "so many connections are expected" "$(expect_count)" $many
check "and counted" stat_moved expected-edited $many
check "all are used" over
check_is "so many came" "$(grep -c '^connection ' "$tmp/listen.log")" $many
check "they were counted" stat_moved connected $many
check "nothing is expected any more" no_expectations
check "the server saw proper MSNP only" server_content
check "kernel log is clean" dmesg_clean
done_testing
