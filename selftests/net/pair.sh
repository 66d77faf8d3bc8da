# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# Two gateways, a and b, after lib.sh: one has the addresses of gw in topology.sh,
# conntrackd and keepalived move connections and addresses to the other.
#
#   lan1 --+         +-- a --+           +-- srv
#          +-- brl --+   |   +-- brw -- rt
#   lan2 --+         +-- b --+           +-- peer
#
# brl and brw are switches in the namespace sw; a and b have a link of their own.

gw_a=a-$suffix gw_b=b-$suffix sw=sw-$suffix
pair_tree=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}/pair
pair_examples=$root_dir/userspace/examples/failover
declare -A sync_addr=([a]=10.9.9.1 [b]=10.9.9.2)

need_pair()
{
	[ -e "$pair_tree/.complete" ] || skip_all "needs conntrackd and keepalived"
}

# with_pair COMMAND...: of the packages that are only unpacked.
with_pair()
{
	local lib=$pair_tree/tree

	LD_LIBRARY_PATH=$lib/usr/lib/x86_64-linux-gnu:$lib/lib/x86_64-linux-gnu \
		"$@"
}

setup_pair()
{
	local x

	gw=$gw_a
	all_ns="$lan1 $lan2 $gw_a $gw_b $sw $rt $srv $peer"
	topology_made=1
	echo "nfim test $suffix: ${0##*/}" >/dev/kmsg
	# shellcheck disable=SC2086
	{
		printf 'netns add %s\n' $all_ns
		cat <<-END
		link add l1 netns $sw type veth peer name eth0 netns $lan1
		link add l2 netns $sw type veth peer name eth0 netns $lan2
		link add la netns $sw type veth peer name lan netns $gw_a
		link add lb netns $sw type veth peer name lan netns $gw_b
		link add wa netns $sw type veth peer name wan netns $gw_a
		link add wb netns $sw type veth peer name wan netns $gw_b
		link add rw netns $sw type veth peer name wan netns $rt
		link add sync netns $gw_a type veth peer name sync netns $gw_b
		link add srv netns $rt type veth peer name eth0 netns $srv
		link add peer netns $rt type veth peer name eth0 netns $peer
		END
	} | ip -b - || bail_out "cannot make the namespaces"
	len=24 nodad=''
	leaf "$lan1" "$lan1_addr" "$lan_gw"
	leaf "$lan2" "$lan2_addr" "$lan_gw"
	leaf "$srv" "$srv_addr" "$(first_of "$srv_addr")"
	leaf "$peer" "$peer_addr" "$(first_of "$peer_addr")"
	ip -n "$rt" -b - <<-END
	link set lo up
	link set wan up
	link set srv up
	link set peer up
	addr add $rt_addr/24 dev wan
	addr add $(first_of "$srv_addr")/24 dev srv
	addr add $(first_of "$peer_addr")/24 dev peer
	END
	{
		printf 'link add %s type bridge stp_state 0 forward_delay 0\n' brl brw
		for x in l1 l2 la lb; do echo "link set dev $x master brl up"; done
		for x in wa wb rw; do echo "link set dev $x master brw up"; done
		printf 'link set %s up\n' lo brl brw
	} | ip -n "$sw" -b -
	node_addresses "$gw_a" 251 "${sync_addr[a]}"
	node_addresses "$gw_b" 252 "${sync_addr[b]}"
	pair_settings
	with_pair node_files a b
	with_pair node_files b a
}

# node_addresses NAMESPACE LAST SYNC: those that stay where they are.
node_addresses()
{
	ip -n "$1" -b - <<-END
	link set lo up
	link set lan up
	link set wan up
	link set sync up
	addr add ${lan_gw%.*}.$2/24 dev lan
	addr add ${wan_addr%.*}.$2/24 dev wan
	addr add $3/24 dev sync
	route add default via $rt_addr
	END
}

pair_settings()
{
	local name

	export -f ns_settings
	for name in $lan1 $lan2 $srv $peer; do
		in_ns "$name" bash -c "ns_settings 0 off eth0"
	done
	for name in $gw_a $gw_b; do
		in_ns "$name" bash -c "ns_settings 1 off lan wan
			echo 1 >/proc/sys/net/netfilter/nf_conntrack_events"
	done
	in_ns "$rt" bash -c "ns_settings 1 off wan srv peer"
}

# on_both COMMAND...: with each of them as the gateway.
on_both()
{
	for gw in "$gw_a" "$gw_b"; do
		"$@" || return
	done
	gw=$gw_a
}

# The address that moves rather than masquerading.
pair_rules()
{
	on_both gateway_rules
	on_both snat_rules
}

snat_rules()
{
	in_ns "$gw" nft -f - <<-END || bail_out "nft refuses the rules"
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "wan" ip saddr ${lan_gw%.*}.0/24 snat to $wan_addr
		}
	}
	END
}

# keepalived gives up what has no carrier when it starts.
links_up()
{
	local x dev

	for x in "$gw_a" "$gw_b"; do
		for dev in lan wan sync; do
			ip -n "$x" link show dev $dev | grep -q 'state UP' ||
				return
		done
	done
}

# linked FROM TO: TO has been told all that FROM expects.
linked()
{
	[ -e "$tmp/node-$2/expected" ]
}

# --- the daemons -------------------------------------------------------------

# The examples as they are, but for names of files and the address of a node.
node_files()
{
	local x=$1 other=$2 dir=$tmp/node-$1 where=gw_$2

	where=${!where}
	mkdir -p "$dir"
	sed "s,10\.9\.9\.1\$,${sync_addr[$x]},; s,/var/lock/,$dir/,
		s,/var/run/,$dir/,; s,Syslog On,LogFile $dir/conntrackd.log," \
		"$pair_examples/conntrackd.conf" >"$dir/conntrackd.conf"
	sed "s,/usr/sbin/nfim-sync,$dir/nfim-sync," \
		"$pair_examples/keepalived.conf" >"$dir/keepalived.conf"
	cat >"$dir/sync.conf" <<-END
	NFIM_SYNC_SEND="nsenter --net=/run/netns/$where $tmp/node-$other/nfim-sync receive"
	NFIM_SYNC_STATE=$dir
	NFIM_SYNC_CONNTRACKD="$pair_tree/tree/usr/sbin/conntrackd -C $dir/conntrackd.conf"
	END
	ln -sf "$(nfim_tool)" "$dir/nfim"
	cat >"$dir/nfim-sync" <<-END
	#!/bin/sh
	export PATH=$dir:\$PATH NFIM_SYNC_CONFIG=$dir/sync.conf
	export LD_LIBRARY_PATH=$LD_LIBRARY_PATH
	begin=\$(date +%s%3N)
	[ "\$1" != receive ] || echo \$\$ >$dir/receive
	case \$1 in
	send | receive)
		exec sh $root_dir/userspace/nfim-sync "\$1"
		;;
	esac
	sh $root_dir/userspace/nfim-sync "\$1"
	echo "\$1" \$((\$(date +%s%3N) - begin)) ms >>$dir/became
	END
	chmod 755 "$dir/nfim-sync"
}

# start_node X OTHER: its daemons; the first one that is started gets the addresses.
start_node()
{
	local x=$1 dir=$tmp/node-$1 where=gw_$1

	where=${!where}
	rm -f "$dir"/{became,conntrackd.ctl,conntrack.lock}
	with_pair start "conntrackd-$x" "$where" \
		"$pair_tree/tree/usr/sbin/conntrackd" -C "$dir/conntrackd.conf"
	wait_for 10 test -S "$dir/conntrackd.ctl" ||
		bail_out "conntrackd does not start"
	with_pair start "keepalived-$x" "$where" \
		"$pair_tree/tree/usr/sbin/keepalived" -n -l -D -P \
		-f "$dir/keepalived.conf" -p "$dir/keepalived.pid" \
		-r "$dir/vrrp.pid"
	start "send-$x" "$where" setsid "$dir/nfim-sync" send
}

became()
{
	grep -qs "^$2 " "$tmp/node-$1/became"
}

# has_address X: the gateway's own are at that node.
has_address()
{
	local where=gw_$1

	ip -n "${!where}" -o addr show dev wan | grep -q " $wan_addr/" &&
		ip -n "${!where}" -o addr show dev lan | grep -q " $lan_gw/"
}

is_gateway()
{
	has_address "$1" && became "$1" primary
}

# children_of PID...: and theirs, and so on.
children_of()
{
	local pid

	for pid; do
		# shellcheck disable=SC2046
		children_of $(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
		echo "$pid"
	done
}

# die X: no last word, on no line.
die()
{
	local x=$1 name where=gw_$1 pids=()

	ip -n "$sw" -b - <<-END
	link set dev l$x down
	link set dev w$x down
	END
	ip -n "${!where}" link set sync down
	for name in keepalived send conntrackd; do
		[ -n "${job_pid[$name-$x]-}" ] || continue
		mapfile -t -O ${#pids[@]} pids \
			< <(children_of "${job_pid[$name-$x]}")
	done
	# What the other one started here dies as well, and what it told.
	[ ! -e "$tmp/node-$x/receive" ] || pids+=("$(<"$tmp/node-$x/receive")")
	kill -KILL "${pids[@]}" 2>/dev/null
	rm -f "$tmp/node-$x"/{receive,expected*}
	for name in keepalived send conntrackd; do
		stop "$name-$x"
	done 2>/dev/null
}

# come_back X OTHER: empty, as after a boot, and waiting.
come_back()
{
	local x=$1 where=gw_$1

	ip -n "${!where}" addr del "$wan_addr/24" dev wan 2>/dev/null
	ip -n "${!where}" addr del "$lan_gw/24" dev lan 2>/dev/null
	in_ns "${!where}" conntrack -F >/dev/null 2>&1
	in_ns "${!where}" conntrack -F expect >/dev/null 2>&1
	ip -n "${!where}" link set sync up
	ip -n "$sw" -b - <<-END
	link set dev l$x up
	link set dev w$x up
	END
	ip -n "${!where}" route replace default via "$rt_addr"
	start_node "$x" "$2"
}
